-- What await takes, what it gives, and what it says to the rest.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy
local await = async.await

test("all results, with holes, from a coroutine object, a task and a future", function()
  local three = async(function() return nil, 2, nil end)
  same(table.pack(await(three())), { n = 3, nil, 2, nil })
  same(table.pack(await(async.create_task(three()))), { n = 3, nil, 2, nil })
  local future = async.future()
  future:set_result(nil, 2, nil)
  same(table.pack(await(future)), { n = 3, nil, 2, nil })
  same(table.pack(await(async(function() end)())), { n = 0 })
  same(table.pack(await(async.create_task(function() end))), { n = 0 })
end)

test("a hundred results of a task that nobody held a handle to at its end", function()
  local list = {}
  for i = 1, 100 do list[i] = i end
  same(table.pack(await(async.create_task(table.unpack, list))).n, 100)
end)

test("a coroutine object does nothing until awaited, and runs in the current task", function()
  local ran
  local work = async(function()
    ran = async.current_task()
  end)
  local object = work()
  support.turns()
  same(ran, nil)
  await(object)
  same(ran, async.current_task())
end)

test("a coroutine object prints as its name and place", function()
  local greet = async(function() end)
  local object = greet()
  local line = debug.getinfo(1, "l").currentline - 1
  local text = tostring(object)
  truthy(text:match("^<coroutine greet at .*awaitables_test.lua:" .. line .. ">$"), text)
  await(object)
end)

test("a coroutine object runs only once", function()
  local work = async(function() return 1 end)
  local object = work()
  await(object)
  local err = test.raises("usage", await, object)
  truthy(tostring(err):find("awaited already", 1, true), tostring(err))
  test.raises("usage", async.create_task, object)
  local started = work()
  local task = async.create_task(started)
  test.raises("usage", await, started)
  await(task)
end)

test("a task may be awaited again and by many", function()
  local task = async.create_task(function() return {} end)
  local first = await(task)
  truthy(rawequal(await(task), first))
  for _, value in ipairs(async.gather { function() return await(task) end, function() return await(task) end }) do
    truthy(rawequal(value, first))
  end
end)

test("a failed task raises the same error every time", function()
  local value = {}
  local task = async.create_task(function() error(value) end)
  for _ = 1, 2 do
    local good, err = pcall(await, task)
    truthy(not good and rawequal(err, value))
  end
end)

test("what cannot be awaited", function()
  test.raises("cannot await a function", await, function() end)
  test.raises("cannot await a function", await, async(function() end))
  for _, value in ipairs { 1, "x", {}, true } do test.raises("usage", await, value) end
  local err = test.raises("usage", await, nil)
  truthy(tostring(err):find("nil", 1, true), tostring(err))
  test.raises("usage", await)
end)

test("a task cannot await itself", function()
  test.raises("await itself", await, async.current_task())
  local task = async.create_task(function() await(async.current_task()) end)
  test.raises("await itself", await, task)
end)

test("__await makes anything awaitable, wherever awaitables are taken", function()
  local object = setmetatable({ value = 5 }, { __await = function(self)
    async.sleep(0)
    return self.value, self
  end })
  local a, b = await(object)
  truthy(a == 5 and b == object)
  same(await(async.create_task(object)), 5)
  same(async.gather({ object })[1], 5)
  same((async.wait_for(object, 1)), 5)
end)

test("recursion of async functions", function()
  local fib
  fib = async(function(n)
    if n < 2 then
      async.sleep(0)
      return n
    end
    return await(fib(n - 1)) + await(fib(n - 2))
  end)
  same(await(fib(10)), 55)
  local depth
  depth = async(function(n) return n == 0 and 0 or 1 + await(depth(n - 1)) end)
  same(await(depth(100)), 100)
end)

test("runaway recursion of awaits is an error, not a crash", function()
  local down
  down = async(function() return 1 + await(down()) end)
  local good, err = pcall(await, down())
  same(good, false)
  truthy(tostring(err):find("overflow", 1, true), tostring(err))
  async.sleep(0)
end)
