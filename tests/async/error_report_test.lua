-- What a program says about errors that nobody awaited, and its exit code.
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy
local run, holds = support.run, support.holds

test("an error of the main chunk: message, traceback, source line, exit code 1", function()
  local output, code = run [[
    local function inner()
      error("broken")
    end
    inner()]]
  same(code, 1)
  holds(output, "script.lua:2: broken", "traceback", "script.lua:2:", 'error("broken")', "script.lua:4: in main chunk",
    "inner()")
end)

test("an error of a task that nobody awaits", function()
  local output, code = run [[
    local async = require "arun.async"
    local function worker()
      async.sleep(0)
      error("lost")
    end
    async.create_task(worker):set_name("poller")
    async.sleep(0.001)
    print("main ends")]]
  same(code, 1)
  holds(output, "script.lua:4: lost", "script.lua:4:", "task 'poller'", "script.lua:6")
  truthy(output:find("main ends", 1, true), output)
end)

test("one whose handle was kept, at exit; one that was awaited, never", function()
  local output, code = run [[
    local async = require "arun.async"
    kept = async.create_task(error, "kept", 0)
    local awaited = async.create_task(error, "awaited", 0)
    print(pcall(async.await, awaited))]]
  same(code, 1)
  holds(output, "false\tawaited", "arun: kept")
  same(select(2, output:gsub("awaited", "")) >= 1 and output:find("arun: awaited", 1, true), nil)
end)

test("one whose handle is collected is reported then", function()
  local output = run [[
    local async = require "arun.async"
    async.create_task(error, "gone", 0)
    async.sleep(0)
    collectgarbage() collectgarbage()
    async.sleep(0)
    io.stdout:write("after collection\n") io.stdout:flush()]]
  holds(output, "gone", "after collection")
end)

test("an error that passed through three tasks tells its way, once", function()
  local output, code = run [[
    local async = require "arun.async"
    local one = async.create_task(function() async.sleep(0) error("deep") end):set_name("one")
    local two = async.create_task(function() async.await(one) end):set_name("two")
    local three = async.create_task(function() async.await(two) end):set_name("three")
    async.await(three)]]
  same(code, 1)
  holds(output, "script.lua:2: deep", "task 'one' (created at script.lua:2)", "awaited by", "script.lua:3:",
    "task 'two'", "awaited by", "task 'three'", "awaited by", "script.lua:5: in main chunk", "task 'main'")
  same(select(2, output:gsub(": deep\n", "")), 1)
end)

test("a group error tells its members", function()
  local output, code = run [[
    local async = require "arun.async"
    async.gather { function() error("first member", 0) end, function() error("second member", 0) end }]]
  same(code, 1)
  holds(output, "first member", "second member")
end)

test("an error table without text", function()
  local output, code = run "error({})"
  same(code, 1)
  truthy(output:find("table: ", 1, true), output)
  output, code = run "error(nil)"
  same(code, 1)
  truthy(output:find("nil", 1, true), output)
  output, code = run "error(setmetatable({}, {__tostring = function() return 'own text' end}))"
  same(code, 1)
  truthy(output:find("own text", 1, true), output)
end)

test("one that cannot be made text", function()
  local output, code = run "error(setmetatable({}, {__tostring = function() error('no') end}))"
  same(code, 1)
  truthy(#output > 0, output)
end)

test("a syntax error", function()
  local output, code = run "print('never')\nlocal = 1"
  same(code, 1)
  holds(output, "script.lua:2:")
  same(output:find("never", 1, true), nil)
end)

test("a main task that is cancelled", function()
  local output, code = run [[
    local async = require "arun.async"
    async.current_task():cancel()
    async.sleep(0)]]
  same(code, 1)
  truthy(output:find("cancelled", 1, true), output)
end)

test("a cancelled task is no error", function()
  same({ run [[
    local async = require "arun.async"
    local task = async.create_task(async.sleep, 10)
    async.sleep(0)
    task:cancel()]] }, { "", 0 })
end)

test("a long chain of failing tasks is reported in short time", function()
  local output, code = run [[
    local async = require "arun.async"
    local task = async.create_task(function() async.sleep(0) error("bottom of the chain") end)
    for _ = 1, 20000 do
      local awaited = task
      task = async.create_task(function() async.await(awaited) end)
    end
    async.await(task)]]
  same(code, 1)
  holds(output, "bottom of the chain")
end)
