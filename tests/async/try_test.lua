-- async.try catches a cancellation on purpose; it is over then.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("gives true and the results, or false and the error", function()
  same(table.pack(async.try(function(...) return ..., nil end, 1, 2)), { n = 3, true, 1, nil })
  same({ async.try(error, "x", 0) }, { false, "x" })
  same({ async.try(function() async.sleep(0) error("y", 0) end) }, { false, "y" })
end)

test("later awaits work again, the task ends with its value", function()
  local task = async.create_task(function()
    local good, err = async.try(async.sleep, 10)
    async.sleep(0)
    async.sleep(0.001)
    return good, err.kind, err.message
  end)
  async.sleep(0)
  task:cancel("stop")
  same({ async.await(task) }, { false, "cancelled", "stop" })
  same(task:cancelled(), false)
end)

test("a task may be cancelled again after it", function()
  local caught = 0
  local task = async.create_task(function()
    for _ = 1, 3 do
      if not async.try(async.sleep, 10) then caught = caught + 1 end
    end
    async.sleep(10)
  end)
  for _ = 1, 4 do
    async.sleep(0)
    task:cancel()
    support.turns(2)
  end
  support.cancelled(task)
  same(caught, 3)
end)

test("one that arrives inside nested pcalls and coroutines", function()
  local task = async.create_task(function()
    local good, err = async.try(function()
      pcall(coroutine.wrap(function() xpcall(async.sleep, tostring, 10) end))
      return "not reached"
    end)
    async.sleep(0)
    return good, err.kind
  end)
  async.sleep(0)
  task:cancel()
  same({ async.await(task) }, { false, "cancelled" })
end)

test("the task's clean-up error inside is caught too, and the cancellation is over", function()
  local task = async.create_task(function()
    local good, err = async.try(function()
      local _ <close> = support.closing(function() error("in clean-up", 0) end)
      async.sleep(10)
    end)
    async.sleep(0)
    return good, err
  end)
  async.sleep(0)
  task:cancel()
  same({ async.await(task) }, { false, "in clean-up" })
end)

test("a cancellation that was asked for but not raised yet is raised later", function()
  local task = async.create_task(function()
    async.try(function() async.current_task():cancel() end)
    async.sleep(0)
    return "not reached"
  end)
  support.cancelled(task)
end)

test("around a timeout: the timeout's error, not a cancellation", function()
  local good, err = async.try(async.wait_for, async.future(), 0.001)
  same({ good, err.kind }, { false, "timeout" })
  async.sleep(0)
end)

test("inside a timeout it catches the interruption, and the limit is over", function()
  local log = {}
  local good = pcall(function()
    local _ <close> = async.timeout(0.001)
    log[#log + 1] = select(2, async.try(async.sleep, 10)).kind
    async.sleep(0)
    log[#log + 1] = "went on"
  end)
  same({ good, log }, { true, { "cancelled", "went on" } })
end)

test("in a coroutine that a generator's close unwinds, and goes on to its end", function()
  local log = {}
  local gen = async.generator(function()
    async.try(coroutine.yield, 1)
    async.sleep(0)
    log[#log + 1] = "after"
  end)
  for value in gen() do if value == 1 then break end end
  same(log, { "after" })
  truthy(true)
end)
