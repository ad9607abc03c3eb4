-- rate_limiter: a cancelled waiter takes no token and delays nobody.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local function waiters(limiter, wants, done)
  local tasks = {}
  for i, n in ipairs(wants) do
    tasks[i] = async.create_task(function()
      limiter:acquire(n)
      done[#done + 1] = i
    end)
  end
  async.sleep(0)
  return tasks
end

local function check(which)
  local limiter = resilience.rate_limiter { rate = 20, burst = 10 }
  limiter:acquire(10)
  local done = {}
  local tasks = waiters(limiter, { 1, 1, 1 }, done)
  tasks[which]:cancel()
  local start = async.time()
  for i, task in ipairs(tasks) do
    if i == which then test.raises("cancelled", async.await, task) else async.await(task) end
  end
  local took = async.time() - start
  truthy(took > 0.09 and took < 0.14, ("two tokens took %g s"):format(took))
  local expected = { 1, 2, 3 }
  table.remove(expected, which)
  same(done, expected)
end

test("the first, who waits for tokens", function() check(1) end)
test("the second, who waits for the first", function() check(2) end)
test("the last", function() check(3) end)

test("one who waits for much gives way to the next at once", function()
  local limiter = resilience.rate_limiter { rate = 100, burst = 100 }
  limiter:acquire(99)
  local done = {}
  local tasks = waiters(limiter, { 100, 1 }, done)
  same(done, {})
  tasks[1]:cancel()
  for _ = 1, 3 do async.sleep(0) end
  same(done, { 2 })
  truthy(tasks[1]:cancelled())
  pcall(async.await, tasks[1])
end)
