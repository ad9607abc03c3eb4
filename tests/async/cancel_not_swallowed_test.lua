-- Nothing but async.try catches a task's own cancellation.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function passes(name, body)
  test(name, function()
    local reached
    local task = async.create_task(function()
      body()
      reached = true
    end)
    support.turns(2)
    task:cancel()
    support.cancelled(task)
    same(reached, nil)
  end)
end

local function wait() async.sleep(10) end

passes("pcall", function() pcall(wait) end)
passes("pcall of async.sleep itself", function() pcall(async.sleep, 10) end)
passes("xpcall", function() xpcall(wait, function() return "handled" end) end)
passes("a failing handler of xpcall", function() xpcall(wait, function() error("in handler") end) end)
passes("coroutine.resume", function() coroutine.resume(coroutine.create(wait)) end)
passes("coroutine.wrap in pcall", function() pcall(coroutine.wrap(wait)) end)
passes("pcall inside a coroutine", function() coroutine.wrap(function() pcall(wait) end)() end)
passes("nested pcalls", function() pcall(pcall, pcall, xpcall, wait, tostring) end)
passes("pcall that raises its own error in answer", function()
  pcall(function()
    local good, err = pcall(wait)
    error({ good, err })
  end)
end)
passes("move_on_after with a longer time", function() async.move_on_after(20, wait) end)
passes("wait_for with a longer time", function() pcall(async.wait_for, async(wait)(), 20) end)
passes("a loop around pcall", function() while true do pcall(wait) end end)
passes("await of a task, in pcall", function() pcall(async.await, async.create_task(wait)) end)
passes("gather with return_errors", function() async.gather({ wait, wait }, { return_errors = true }) end)
passes("async.wait", function()
  local tasks = { async.create_task(wait) }
  local _ <close> = support.closing(function() tasks[1]:cancel() async.wait(tasks) end)
  pcall(async.wait, tasks)
end)
passes("a generator's loop", function()
  for _ in async.generator(function() pcall(wait) coroutine.yield(1) end)() do pcall(wait) end
end)
passes("require", function()
  package.preload["async.waits_for_ever"] = wait
  pcall(require, "async.waits_for_ever")
end)

test("somebody else's cancellation is an ordinary error", function()
  local other = support.forever()
  async.sleep(0)
  other:cancel()
  local good, err = pcall(async.await, other)
  same({ good, err.kind }, { false, "cancelled" })
  async.sleep(0)
  truthy(not async.current_task():cancelled())
end)

test("so is one raised by hand", function()
  local task = async.create_task(function()
    local good, err = pcall(error, { kind = "cancelled" })
    async.sleep(0)
    return good, err.kind
  end)
  same({ async.await(task) }, { false, "cancelled" })
  local failing = async.create_task(function() error { kind = "cancelled" } end)
  same((pcall(async.await, failing)), false)
  same(failing:cancelled(), false)
end)

test("a cancelled future is an ordinary error to those who await it", function()
  local future = async.future()
  local task = async.create_task(function()
    local good, err = pcall(async.await, future)
    return good, err.kind
  end)
  async.sleep(0)
  future:cancel()
  same({ async.await(task) }, { false, "cancelled" })
end)

test("xpcall's handler sees the cancellation, its answer does not count", function()
  local seen
  local task = async.create_task(function()
    xpcall(wait, function(err)
      seen = err.kind
      return "something else"
    end)
  end)
  async.sleep(0)
  task:cancel("why")
  same(support.cancelled(task).message, "why")
  same(seen, "cancelled")
end)

test("an error kept from an earlier cancellation does not pass later", function()
  local kept
  local task = async.create_task(function()
    kept = select(2, async.try(wait))
    local good, err = pcall(error, kept)
    return good, err
  end)
  async.sleep(0)
  task:cancel()
  local good, err = async.await(task)
  same(good, false)
  truthy(rawequal(err, kept))
end)

test("an error kept from another task's cancellation is an ordinary error here", function()
  local kept
  local other = async.create_task(function()
    local _ <close> = support.closing(function(err) kept = err end)
    wait()
  end)
  async.sleep(0)
  other:cancel()
  support.cancelled(other)
  same(kept.kind, "cancelled")
  same((pcall(error, kept)), false)
  local task = async.create_task(function() error(kept) end)
  same((pcall(async.await, task)), false)
  same(task:cancelled(), false)
end)
