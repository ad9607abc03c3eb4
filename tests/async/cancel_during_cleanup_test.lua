-- Clean-up after a cancellation: it may wait, is not broken off, and its errors are not lost.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- A task that waits, and runs clean_up when it is unwound.
local function waiting(clean_up)
  local task = async.create_task(function()
    local _ <close> = support.closing(clean_up)
    async.await(async.future())
  end)
  async.sleep(0)
  return task
end

test("a second request merges: clean-up ends undisturbed", function()
  local future, log = async.future(), {}
  local task = waiting(function()
    log[#log + 1] = "begin"
    log[#log + 1] = async.await(future)
    async.sleep(0)
    log[#log + 1] = "end"
  end)
  task:cancel("first")
  support.turns()
  same(task:cancel("second"), true)
  support.turns()
  same(task:done(), false)
  future:set_result("value")
  same(support.cancelled(task).message, "first")
  same(log, { "begin", "value", "end" })
end)

test("a task awaited in clean-up is not cancelled by further requests", function()
  local future = async.future()
  local helper, result
  local task = waiting(function()
    helper = async.create_task(function() return async.await(future) end)
    result = async.await(helper)
  end)
  task:cancel()
  support.turns()
  task:cancel()
  support.turns()
  future:set_result("saved")
  support.cancelled(task)
  same({ result, helper:cancelled() }, { "saved", false })
end)

test("an error in clean-up replaces the cancellation and is not lost", function()
  local task = waiting(function()
    async.sleep(0)
    error("cannot save", 0)
  end)
  task:cancel()
  same({ pcall(async.await, task) }, { false, "cannot save" })
  same({ task:cancelled(), task:error() }, { false, "cannot save" })
end)

test("an error in clean-up is not swallowed by an outer pcall of the task", function()
  local task = async.create_task(function()
    pcall(function()
      local _ <close> = support.closing(function() error("cannot save", 0) end)
      async.sleep(10)
    end)
    return "swallowed"
  end)
  async.sleep(0)
  task:cancel()
  same({ pcall(async.await, task) }, { false, "cannot save" })
end)

test("pcall inside clean-up catches clean-up's own errors", function()
  local caught
  local task = waiting(function()
    caught = { pcall(function()
      async.sleep(0)
      error("small", 0)
    end) }
  end)
  task:cancel()
  support.cancelled(task)
  same(caught, { false, "small" })
end)

test("a timeout opened in clean-up works, and the task still ends cancelled", function()
  local log = {}
  local task = waiting(function()
    local good, err = pcall(async.wait_for, async.future(), 0.001)
    log[#log + 1] = { good, err.kind }
    async.sleep(0)
    log[#log + 1] = (async.move_on_after(0.001, async.sleep, 10))
    log[#log + 1] = async.wait_for(async(function() async.sleep(0) return "in time" end)(), 10)
  end)
  task:cancel()
  support.cancelled(task)
  same(log, { { false, "timeout" }, false, "in time" })
end)

test("gather, groups, queues and locks work in clean-up", function()
  local results, lock = nil, async.lock()
  local task = waiting(function()
    local _ <close> = lock:acquire()
    local group <close> = async.task_group()
    group:create_task(function() async.sleep(0) end)
    results = async.gather { function() async.sleep(0) return 1 end, function() return 2 end }
  end)
  task:cancel()
  support.cancelled(task)
  same({ results, lock:locked() }, { { 1, 2 }, false })
end)

test("a child that fails in a gather in clean-up", function()
  local caught
  local task = waiting(function()
    caught = select(2, pcall(async.gather, { function() error("child", 0) end, function() async.sleep(10) end }))
  end)
  task:cancel()
  support.cancelled(task)
  same(caught, "child")
end)

test("async.try in clean-up has nothing of the outer cancellation to catch", function()
  local log = {}
  local task = waiting(function()
    log[#log + 1] = { async.try(function()
      async.sleep(0)
      return "fine"
    end) }
  end)
  task:cancel()
  support.cancelled(task)
  same(log, { { true, "fine" } })
end)

test("clean-up of nested blocks runs inside out, each to its end", function()
  local log = {}
  local function step(name)
    return support.closing(function()
      async.sleep(0)
      log[#log + 1] = name
      async.sleep(0)
    end)
  end
  local task = async.create_task(function()
    local _ <close> = step "outer"
    pcall(function()
      local _ <close> = step "middle"
      coroutine.wrap(function()
        local _ <close> = step "inner"
        async.sleep(10)
      end)()
    end)
  end)
  async.sleep(0)
  task:cancel()
  support.cancelled(task)
  same(log, { "inner", "middle", "outer" })
end)

test("a task that ends while others cancel it again and again", function()
  local task = waiting(function() support.turns(10) end)
  local turns = 0
  while not task:done() do
    task:cancel("again " .. turns)
    async.sleep(0)
    turns = turns + 1
    truthy(turns < 50)
  end
  support.cancelled(task)
end)
