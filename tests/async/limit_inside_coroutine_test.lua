-- Time limits and groups opened inside a generator or a context manager also bound the code that uses it.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- Afterwards the task must be as before: errors are caught, it may wait, and a collection does no harm.
local function unharmed()
  collectgarbage()
  collectgarbage()
  same({ pcall(error, "x", 0) }, { false, "x" })
  async.sleep(0)
end

local function limited(seconds)
  return function()
    local _ <close> = async.timeout(seconds)
    coroutine.yield("value")
  end
end

test("a generator's limit expires in the loop's body", function()
  local gen = async.generator(limited(0.001))
  test.raises("timeout", function() for _ in gen() do async.sleep(10) end end)
  unharmed()
end)

test("a generator's limit expires in the generator, and never when the loop ends in time", function()
  test.raises("timeout", function()
    for _ in async.generator(function()
      local _ <close> = async.timeout(0.001)
      coroutine.yield(1)
      async.sleep(10)
    end)() do async.sleep(0) end
  end)
  for _ in async.generator(limited(0.001))() do async.sleep(0) end
  async.sleep(0.002)
  unharmed()
end)

test("a context manager's limit expires in its scope", function()
  local manager = async.context_manager(limited(0.001))
  test.raises("timeout", function()
    local _ <close>, value = manager()
    same(value, "value")
    async.sleep(10)
  end)
  unharmed()
end)

test("a context manager's group: a failing child interrupts the scope", function()
  local manager = async.context_manager(function()
    local group <close> = async.task_group()
    coroutine.yield(group)
  end)
  same({ pcall(function()
    local _ <close>, group = manager()
    group:create_task(function() error({ "child" }) end)
    async.sleep(10)
  end) }, { false, { "child" } })
  unharmed()
end)

test("an outside cancellation passes through both", function()
  for _, body in ipairs {
    function() for _ in async.generator(limited(10))() do async.sleep(10) end end,
    function()
      local _ <close> = async.context_manager(limited(10))()
      async.sleep(10)
    end,
  } do
    local task = async.create_task(function()
      pcall(body)
      return "swallowed"
    end)
    support.turns(2)
    task:cancel()
    support.cancelled(task)
  end
end)

test("an outer limit and a generator's own, in the same moment", function()
  local good, err = pcall(async.wait_for, function()
    for _ in async.generator(limited(0.001))() do async.sleep(10) end
  end, 0.001)
  same({ good, err.kind }, { false, "timeout" })
  unharmed()
end)

test("two tasks that leave the scope of one group: an error for one, no crash", function()
  local group = async.task_group()
  group:create_task(async.sleep, 0.002)
  local function leave() local _ <close> = group end
  local results = async.gather({ leave, leave }, { return_errors = true })
  truthy(results)
  unharmed()
end)
