-- Tasks that await each other in a circle: a deadlock, but one that can be cancelled.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local truthy = test.truthy

local function circle(length)
  local tasks = {}
  for i = 1, length do
    tasks[i] = async.create_task(function() async.await(tasks[i % length + 1]) end)
  end
  support.turns(2)
  return tasks
end

for _, length in ipairs { 2, 3, 100 } do
  test(length .. " tasks, one is cancelled", function()
    local tasks = circle(length)
    tasks[1]:cancel()
    async.wait(tasks)
    truthy(tasks[1]:cancelled())
  end)

  test(length .. " tasks, all are cancelled", function()
    local tasks = circle(length)
    for _, task in ipairs(tasks) do task:cancel() end
    async.wait(tasks)
    for _, task in ipairs(tasks) do truthy(task:done()) end
  end)

  test(length .. " tasks under a time limit", function()
    local tasks = circle(length)
    test.raises("timeout", async.wait_for, tasks[1], 0.002)
    for _, task in ipairs(tasks) do task:cancel() end
    async.wait(tasks)
  end)
end

test("a circle through gather", function()
  local first, second
  first = async.create_task(function() async.gather { second } end)
  second = async.create_task(function() async.gather { first } end)
  support.turns(3)
  first:cancel()
  local _, pending = async.wait({ first, second }, { timeout = 0.5 })
  truthy(#pending == 0, "cancelling one task of a circle through gather did not end it")
end)
