-- C functions of Lua that call back cannot be suspended: the error says which one, and where it was called.
local async = require "arun.async"
local test = require "arun.test"
local truthy = test.truthy

local function sleep() async.sleep(0) end

local function check(name, fn)
  local where = debug.getinfo(fn, "S")
  local err = test.raises("usage", fn)
  local text = tostring(err)
  truthy(text:find("called by " .. name, 1, true), text)
  local line = tonumber(text:match "%(tests/async/await_beneath_c_functions_test.lua:(%d+)%)")
  truthy(line and line >= where.linedefined and line <= where.lastlinedefined, text)
  async.sleep(0) -- the task is unharmed
end

test("table.sort", function()
  check("table.sort", function() table.sort({ 3, 2, 1 }, function(a, b) sleep() return a < b end) end)
end)

test("string.gsub, as a function and as a method", function()
  check("string.gsub", function() string.gsub("abc", "%w", sleep) end)
  check("string.gsub", function() return (("abc"):gsub("%w", sleep)) end)
end)

test("tostring and print by way of __tostring", function()
  local object = setmetatable({}, { __tostring = function() sleep() return "x" end })
  check("tostring", function() return tostring(object) end)
end)

test("table functions by way of __index", function()
  local object = setmetatable({}, { __index = function() sleep() return "x" end, __len = function() return 2 end })
  check("table.concat", function() return table.concat(object) end)
  check("table.unpack", function() return table.unpack(object) end)
end)

test("a reader given to load", function()
  local good, err = load(function() sleep() end)
  truthy(not good and tostring(err):find("cannot await", 1, true), tostring(err))
  async.sleep(0)
end)

test("in a coroutine resumed beneath table.sort", function()
  check("table.sort", function() table.sort({ 3, 2, 1 }, coroutine.wrap(function() sleep() end)) end)
end)

test("in a coroutine two levels beneath string.gsub", function()
  check("string.gsub", function() string.gsub("a", "a", function() coroutine.wrap(coroutine.wrap(sleep))() end) end)
end)

test("await of a coroutine object, a task and a future say so as well", function()
  local task = async.create_task(async.sleep, 0)
  local future = async.future()
  for _, awaitable in ipairs { task, future, async(function() sleep() end)() } do
    check("table.sort", function() table.sort({ 2, 1 }, function() async.await(awaitable) end) end)
  end
  async.await(task)
end)

test("a coroutine yields its own values beneath table.sort as ever", function()
  local values = coroutine.wrap(function() while true do coroutine.yield(true) end end)
  local list = { 2, 1 }
  table.sort(list, function(a, b) return values() and a < b end)
  test.same(list, { 1, 2 })
end)

test("what does not suspend works there: creating tasks, setting futures, putting into queues", function()
  local queue, future, task = async.queue(), async.future(), nil
  table.sort({ 2, 1 }, function(a, b)
    queue:put(1)
    if not future:done() then future:set_result(1) end
    task = task or async.create_task(function() return "ran" end)
    return a < b
  end)
  test.same(async.await(task), "ran")
  test.same(queue:get(), 1)
end)

test("pcall, xpcall and an await in between do not take the blame", function()
  check("table.sort", function()
    table.sort({ 2, 1 }, function()
      local good, err = pcall(async.sleep, 0)
      if not good then error(err, 0) end
    end)
  end)
  check("table.sort", function()
    table.sort({ 2, 1 }, function()
      local good, err = xpcall(async.sleep, function(e) return e end, 0)
      if not good then error(err, 0) end
    end)
  end)
  check("string.gsub", function()
    string.gsub("a", "a", function() async.await(async(function() sleep() end)()) end)
  end)
end)
