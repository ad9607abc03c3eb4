-- Cancelling a task: before, while, and after it runs.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("before its first step: the body never runs", function()
  local ran
  local task = async.create_task(function() ran = true end)
  same(task:cancel(), true)
  same(task:done(), false)
  support.cancelled(task)
  same(ran, nil)
end)

test("while it waits: kind, default message, and a reason", function()
  for _, reason in ipairs { "cancelled", "enough" } do
    local task = support.forever()
    async.sleep(0)
    task:cancel(reason ~= "cancelled" and reason or nil)
    local err = support.cancelled(task)
    same({ err.kind, err.message }, { "cancelled", reason })
  end
end)

test("twice, and after its end", function()
  local closes = 0
  local task = async.create_task(function()
    local _ <close> = support.closing(function() closes = closes + 1 end)
    async.sleep(10)
  end)
  async.sleep(0)
  same({ task:cancel("first"), task:cancel("second") }, { true, true })
  same(support.cancelled(task).message, "first")
  same({ task:cancel(), closes }, { false, 1 })
  local finished = async.create_task(function() return 1 end)
  async.await(finished)
  same({ finished:cancel(), finished:cancelled(), finished:result() }, { false, false, 1 })
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
  same(log, { "still here" })
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
  same({ pcall(async.await, task) }, { false, "real" })
  same(task:cancelled(), false)
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
  same(got, "item")
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
  same(got, nil)
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
  same(log, { true })
  truthy(task:done())
end)

test("of a task that waits for another one that waits", function()
  local inner = support.forever()
  local outer = async.create_task(function() async.await(inner) end)
  support.turns(2)
  outer:cancel("down")
  same(support.cancelled(outer).message, "down")
  same(support.cancelled(inner).message, "down")
end)

test("of a gather reaches all its children", function()
  local children = { support.forever(), support.forever(), async(async.sleep)(10) }
  local task = async.create_task(function() async.gather(children) end)
  support.turns(2)
  task:cancel()
  support.cancelled(task)
  truthy(children[1]:cancelled() and children[2]:cancelled())
end)

test("a cancelled task's handle", function()
  local task = support.forever()
  async.sleep(0)
  task:cancel("why")
  support.cancelled(task)
  same({ task:done(), task:cancelled(), task:error().kind, task:error().message }, { true, true, "cancelled", "why" })
  test.raises("cancelled", task.result, task)
end)

test("cancelling the main task of async.run", function()
  local err = test.raises("cancelled", async.run, function()
    async.current_task():cancel()
    async.sleep(0)
  end)
  same(err.kind, "cancelled")
  async.sleep(0) -- ours goes on
end)
