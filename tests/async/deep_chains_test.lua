-- A chain of many tasks, each awaiting the next: no recursion, whether it finishes, fails or is cancelled.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local LENGTH <const> = 100000

local function chain(first)
  local tasks = { first }
  for i = 2, LENGTH do
    local awaited = tasks[i - 1]
    tasks[i] = async.create_task(function() return async.await(awaited) end)
  end
  support.turns(2)
  return tasks
end

test("finishing", function()
  local future = async.future()
  local tasks = chain(async.create_task(function() return async.await(future) end))
  future:set_result("through")
  same(async.await(tasks[LENGTH]), "through")
end)

test("failing", function()
  local future = async.future()
  local tasks = chain(async.create_task(function() return async.await(future) end))
  local value = {}
  future:set_error(value)
  local good, err = pcall(async.await, tasks[LENGTH])
  truthy(not good and rawequal(err, value))
end)

test("cancelled at its end, which reaches the beginning", function()
  local tasks = chain(support.forever())
  tasks[LENGTH]:cancel("all")
  same(support.cancelled(tasks[LENGTH]).message, "all")
  truthy(tasks[1]:cancelled() and tasks[LENGTH // 2]:cancelled())
end)

test("cancelled at its beginning: ordinary errors all the way", function()
  local tasks = chain(support.forever())
  tasks[1]:cancel()
  local good, err = pcall(async.await, tasks[LENGTH])
  same({ good, err.kind, tasks[LENGTH]:cancelled() }, { false, "cancelled", false })
end)

test("collected while it waits, by nobody: the runtime holds it", function()
  local future, ended = async.future(), 0
  for _ = 1, 1000 do
    async.create_task(function()
      async.await(future)
      ended = ended + 1
    end)
  end
  support.turns(1)
  collectgarbage()
  collectgarbage()
  future:set_result()
  support.turns(2)
  same(ended, 1000)
end)

test("gather of 100,000", function()
  local list = {}
  for i = 1, LENGTH do list[i] = async.create_task(function() return i end) end
  local results = async.gather(list)
  same({ #results, results[1], results[LENGTH] }, { LENGTH, 1, LENGTH })
end)

test("a task with 100,000 waiters", function()
  local future = async.future()
  local task = async.create_task(function() return async.await(future) end)
  local waiters = {}
  for i = 1, LENGTH do waiters[i] = async.create_task(function() return async.await(task) end) end
  support.turns(2)
  future:set_result(1)
  same(#async.gather(waiters), LENGTH)
end)
