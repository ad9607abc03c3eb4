-- The main chunk of a module may await while it loads.
-- luacheck: globals loads other_module
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- Runs fn(name) with a module of this source; name is unique.
local function with_module(source, fn)
  local path = os.tmpname()
  os.remove(path)
  local directory, name = path:match("^(.*)/([^/]*)$")
  path = path .. ".lua"
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local saved = package.path
  package.path = directory .. "/?.lua;" .. saved
  local _ <close> = support.closing(function()
    package.path = saved
    package.loaded[name] = nil
    os.remove(path)
  end)
  fn(name, path)
end

test("a module that awaits, its name and path", function()
  with_module("require('arun.async').sleep(0.001) return {n = 7, args = {...}}", function(name, path)
    local module, extra = require(name)
    same(module, { n = 7, args = { name, path } })
    same(extra, path)
    truthy(rawequal(require(name), module))
  end)
end)

test("two tasks that require the same module load it once", function()
  loads = 0
  with_module("loads = loads + 1 require('arun.async').sleep(0.001) return {}", function(name)
    local results = async.gather { function() return require(name) end, function() return require(name) end,
      function() return require(name) end }
    same(loads, 1)
    truthy(rawequal(results[1], results[2]) and rawequal(results[1], results[3]))
  end)
  loads = nil
end)

test("a failing module fails for all who wait, who then try themselves", function()
  loads = 0
  with_module("loads = loads + 1 require('arun.async').sleep(0) error('broken module ' .. loads, 0)", function(name)
    local results = async.gather({ function() return require(name) end, function() return require(name) end },
      { return_errors = true })
    same(results, { "broken module 1", "broken module 2" })
    same(package.loaded[name], nil)
    test.raises("broken module 3", require, name)
  end)
  loads = nil
end)

test("a module that requires itself", function()
  with_module("require('arun.async').sleep(0) return require(...)", function(name)
    local err = test.raises("requires itself", require, name)
    truthy(tostring(err):find(name, 1, true), tostring(err))
  end)
end)

test("two modules that require each other in one task", function()
  with_module("return require(other_module)", function(first)
    with_module("return require('" .. first .. "')", function(second)
      other_module = second
      test.raises("requires itself", require, first)
      test.raises("requires itself", require, second)
      other_module = nil
    end)
  end)
end)

test("two tasks that load two modules that require each other do not wait for ever", function()
  with_module("require('arun.async').sleep(0.001) return require(other_module)", function(first)
    with_module("require('arun.async').sleep(0.001) return require('" .. first .. "')", function(second)
      other_module = second
      local results = async.wait_for(function()
        return async.gather({ function() require(first) end, function() require(second) end }, { return_errors = true })
      end, 5)
      other_module = nil
      for i = 1, 2 do truthy(tostring(results[i]):find "requires itself", tostring(results[i])) end
    end)
  end)
end)

test("a task cancelled while it loads leaves the module to the next", function()
  loads = 0
  with_module("loads = loads + 1 if loads == 1 then require('arun.async').sleep(10) end return loads", function(name)
    local first = async.create_task(function() return require(name) end)
    async.sleep(0)
    local second = async.create_task(function() return require(name) end)
    async.sleep(0)
    first:cancel()
    support.cancelled(first)
    same(async.await(second), 2)
  end)
  loads = nil
end)

test("require's own errors", function()
  local err = test.raises("module 'no.such.module' not found", require, "no.such.module")
  truthy(tostring(err):find("no/such/module.lua", 1, true))
  test.raises("bad argument #1 to 'require'", require, {})
end)

test("false, nil and what the module sets itself in package.loaded", function()
  with_module("return nil", function(name) same(require(name), true) end)
  with_module("package.loaded[...] = 5", function(name) same(require(name), 5) end)
end)

test("dofile and load'd chunks may await too", function()
  with_module("require('arun.async').sleep(0.001) return 5, ...", function(_, path)
    same({ dofile(path) }, { 5 })
    same({ loadfile(path)(6) }, { 5, 6 })
  end)
  same(load("require('arun.async').sleep(0) return 7")(), 7)
end)
