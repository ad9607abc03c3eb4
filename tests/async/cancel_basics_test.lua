-- Cancelling a task: before, while, and after it runs.
local async = require "arun.async"
local t = require "harness"
local support = require "async.support"
local test, eq, ok = t.test, t.eq, t.ok

test("before its first step: the body never runs", function()
  local ran
  local task = async.create_task(function() ran = true end)
  eq(task:cancel(), true)
  eq(task:done(), false)
  support.cancelled(task)
  eq(ran, nil)
end)

test("while it waits: kind, default message, and a reason", function()
  for _, reason in ipairs { "cancelled", "enough" } do
    local task = support.forever()
    async.sleep(0)
    task:cancel(reason ~= "cancelled" and reason or nil)
    local err = support.cancelled(task)
    eq({ err.kind, err.message }, { "cancelled", reason })
  end
end)

test("twice, and after its end", function()
  local closes = 0
  local task = async.create_task(function()
    local _ <close> = support.closing(function() closes = closes + 1 end)
    async.sleep(10)
  end)
  async.sleep(0)
  eq({ task:cancel("first"), task:cancel("second") }, { true, true })
  eq(support.cancelled(task).message, "first")
  eq({ task:cancel(), closes }, { false, 1 })
  local finished = async.create_task(function() return 1 end)
  async.await(finished)
  eq({ finished:cancel(), finished:cancelled(), finished:result() }, { false, false, 1 })
end)

test("itself: raised at the next suspension", function()
  local log = {}
  local task = async.create_task(function()
    async.current_task():cancel()
    log[#log + 1] = "still here"
    async.sleep(0)
    log[#log + 1] = "never"
  end)
  support.cancelled(task)
  eq(log, { "still here" })
end)

test("itself, and returns without suspending", function()
  support.cancelled(async.create_task(function()
    async.current_task():cancel()
    return 1
  end))
end)

test("itself, and fails without suspending: the error is not lost", function()
  local task = async.create_task(function()
    async.current_task():cancel()
    error("real", 0)
  end)
  eq({ pcall(async.await, task) }, { false, "real" })
  eq(task:cancelled(), false)
end)

test("when it is ready with a result: the result is not lost, the next suspension raises", function()
  local queue, got = async.queue(), nil
  local task = async.create_task(function()
    got = queue:get()
    async.sleep(0)
    got = "went on"
  end)
  async.sleep(0)
  queue:put("item")
  task:cancel()
  support.cancelled(task)
  eq(got, "item")
end)

test("when a timer has woken it but it has not run yet", function()
  local got
  local task = async.create_task(function()
    async.sleep(0)
    got = "went on"
  end)
  async.sleep(0)
  task:cancel()
  support.cancelled(task)
  eq(got, nil)
end)

test("of a task whose last step runs in the same drain", function()
  local future = async.future()
  local task = async.create_task(function() return async.await(future) end)
  local log = {}
  local canceller = async.create_task(function()
    future:set_result("value")
    log[#log + 1] = task:cancel()
  end)
  async.wait { task, canceller }
  eq(log, { true })
  ok(task:done())
end)

test("of a task that waits for another one that waits", function()
  local inner = support.forever()
  local outer = async.create_task(function() async.await(inner) end)
  support.turns(2)
  outer:cancel("down")
  eq(support.cancelled(outer).message, "down")
  eq(support.cancelled(inner).message, "down")
end)

test("of a gather reaches all its children", function()
  local children = { support.forever(), support.forever(), async(async.sleep)(10) }
  local task = async.create_task(function() async.gather(children) end)
  support.turns(2)
  task:cancel()
  support.cancelled(task)
  ok(children[1]:cancelled() and children[2]:cancelled())
end)

test("a cancelled task's handle", function()
  local task = support.forever()
  async.sleep(0)
  task:cancel("why")
  support.cancelled(task)
  eq({ task:done(), task:cancelled(), task:error().kind, task:error().message }, { true, true, "cancelled", "why" })
  t.raises("cancelled", task.result, task)
end)

test("cancelling the main task of async.run", function()
  local err = t.raises("cancelled", async.run, function()
    async.current_task():cancel()
    async.sleep(0)
  end)
  eq(err.kind, "cancelled")
  async.sleep(0) -- ours goes on
end)
