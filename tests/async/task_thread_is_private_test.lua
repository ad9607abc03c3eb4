-- The Lua thread of a task belongs to the scheduler: other tasks cannot resume or close it.
local async = require "arun.async"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local function waiting_task()
  local future, thread = async.future(), nil
  local task = async.create_task(function()
    thread = coroutine.running()
    return async.await(future)
  end)
  async.sleep(0)
  return task, future, thread
end

test("coroutine.resume refuses a waiting task's thread", function()
  local task, future, thread = waiting_task()
  local good, message = coroutine.resume(thread, 1)
  same(good, false)
  truthy(message:find "cannot resume", message)
  truthy(not task:done())
  future:set_result(7)
  same(async.await(task), 7)
end)

test("coroutine.close refuses a waiting task's thread", function()
  local task, future, thread = waiting_task()
  test.raises("cannot close", coroutine.close, thread)
  future:set_result(7)
  same(async.await(task), 7)
end)

test("the thread of an ended task is dead, whoever uses it next", function()
  local task, future, thread = waiting_task()
  future:set_result(1)
  async.await(task)
  local others = {}
  for i = 1, 20 do others[i] = async.create_task(async.sleep, 0.002, i) end
  async.sleep(0)
  local good = coroutine.resume(thread)
  same(good, false)
  same(async.gather(others)[20], 20)
end)

test("an inner coroutine cannot resume the task it runs in", function()
  local thread = coroutine.running()
  local good, message = coroutine.wrap(function() return coroutine.resume(thread) end)()
  same(good, false)
  truthy(message:find "cannot resume", message)
end)
