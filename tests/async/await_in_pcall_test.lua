-- pcall and xpcall are transparent for suspensions.
local async = require "arun.async"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

test("pcall gives the results of a body that awaited", function()
  same(table.pack(pcall(function(...)
    async.sleep(0)
    return ..., nil
  end, 1, 2)), { n = 3, true, 1, nil })
end)

test("pcall catches an error raised after an await, value untouched", function()
  local value = setmetatable({}, { __tostring = function() return "?" end })
  local good, err = pcall(function()
    async.sleep(0)
    error(value)
  end)
  same(good, false)
  truthy(rawequal(err, value))
  same(table.pack(pcall(function() async.sleep(0) error() end)), { n = 2, false, nil })
end)

test("xpcall's handler runs where the error was raised, after an await", function()
  local function fails()
    async.sleep(0)
    local marked_local = 1
    error("oops" .. marked_local)
  end
  local good, text = xpcall(fails, debug.traceback)
  same(good, false)
  truthy(text:find("oops1", 1, true) and text:find("in function", 1, true), text)
  truthy(text:find("await_in_pcall_test.lua", 1, true), text)
end)

test("xpcall passes arguments and results across awaits", function()
  same(table.pack(xpcall(function(...)
    async.sleep(0)
    return select("#", ...), ...
  end, print, nil, 2, nil)), { n = 5, true, 3, nil, 2, nil })
end)

test("nested pcalls, each suspended", function()
  local function nest(depth)
    if depth == 0 then
      async.sleep(0)
      error("bottom", 0)
    end
    local _, err = pcall(nest, depth - 1)
    async.sleep(0)
    error(err .. depth, 0)
  end
  same({ pcall(nest, 5) }, { false, "bottom12345" })
end)

test("a handler cannot suspend: an error, not a crash", function()
  same((xpcall(function() error("first") end, function() async.sleep(0) end)), false)
  async.sleep(0)
end)

test("a handler that fails is an error, not a crash", function()
  same((xpcall(error, function(e) error(e) end, "x")), false)
  same((xpcall(function() async.sleep(0) error("x") end, function(e) error(e) end)), false)
end)

test("pcall's and xpcall's own argument errors are Lua's", function()
  test.raises("bad argument #1 to 'pcall' %(value expected%)", function() pcall() end)
  test.raises("bad argument #2 to 'xpcall'", function() xpcall(print) end)
  same({ pcall(nil) }, { false, "attempt to call a nil value" })
end)

test("pcall of an async function gives a coroutine object, which pcall(await, ...) runs", function()
  local fails = async(function()
    async.sleep(0)
    error("inside", 0)
  end)
  local good, object = pcall(fails)
  truthy(good)
  same({ pcall(async.await, object) }, { false, "inside" })
end)
