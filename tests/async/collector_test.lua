-- The collector may run at any moment.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- Runs body while the collector does a full cycle at almost every allocation.
local function stressed(name, body)
  for _, mode in ipairs { "incremental", "generational" } do
    test(name .. ", " .. mode, function()
      collectgarbage(mode)
      local pause, step = collectgarbage("setpause", 0), collectgarbage("setstepmul", 1000)
      local _ <close> = support.closing(function()
        collectgarbage("setpause", pause)
        collectgarbage("setstepmul", step)
        collectgarbage("incremental")
      end)
      body()
    end)
  end
end

local function turn()
  collectgarbage("step")
  async.sleep(0)
  collectgarbage()
end

stressed("tasks, gather, groups, errors", function()
  for round = 1, 10 do
    local results = async.gather({
      function() turn() return { round } end, async(function() turn() error({ round }) end)(),
      async.create_task(function() turn() return round, round end), function() error("x" .. round, 0) end,
    }, { return_errors = true })
    turn()
    same({ results[1][1], results[2][1], results[3], results[4] }, { round, round, round, "x" .. round })
    pcall(function()
      local group <close> = async.task_group()
      for i = 1, 5 do group:create_task(function() turn() if i == 3 then error "x" end end) end
    end)
  end
end)

stressed("cancellation with clean-up", function()
  for _ = 1, 10 do
    local log = {}
    local task = async.create_task(function()
      local _ <close> = support.closing(function() turn() log[#log + 1] = "closed" end)
      coroutine.wrap(function() pcall(async.await, support.forever()) end)()
    end)
    turn()
    task:cancel()
    turn()
    support.cancelled(task)
    same(log, { "closed" })
  end
end)

stressed("queues, locks, events, futures, conditions", function()
  local queue, lock, event, future = async.queue(2), async.lock(), async.event(), async.future()
  local tasks, sum = {}, 0
  for i = 1, 10 do
    tasks[#tasks + 1] = async.create_task(function() queue:put({ i }) turn() end)
    tasks[#tasks + 1] = async.create_task(function()
      local item = queue:get()
      local _ <close> = lock:acquire()
      turn()
      sum = sum + item[1]
    end)
    tasks[#tasks + 1] = async.create_task(function() event:wait() return async.await(future) end)
  end
  turn()
  event:set()
  future:set_result({})
  async.gather(tasks)
  same(sum, 55)
end)

stressed("generators, context managers, timeouts", function()
  for _ = 1, 5 do
    local count = 0
    for value in async.generator(function() for i = 1, 5 do turn() coroutine.yield({ i }) end end)() do
      turn()
      count = count + value[1]
      if value[1] == 4 then break end
    end
    same(count, 10)
    do
      local _ <close>, handle = async.context_manager(function() turn() coroutine.yield({ 1 }) turn() end)()
      turn()
      same(handle, { 1 })
    end
    test.raises("timeout", async.wait_for, function() turn() async.sleep(10) end, 0.001)
  end
end)

stressed("wait, as_completed, map, shield, dropped half-way", function()
  for _ = 1, 5 do
    local slow = support.forever()
    local _, pending = async.wait({ slow, function() turn() end }, { return_when = "first_completed" })
    turn()
    same(#pending, 1)
    local next_task = async.as_completed { slow, function() turn() return {} end }
    next_task()
    next_task = nil -- luacheck: ignore
    turn()
    same(#async.map({ 1, 2, 3 }, function(n) turn() return { n } end, { concurrency = 2 }), 3)
    pcall(async.wait_for, async.shield(slow), 0)
    turn()
    slow:cancel()
    support.cancelled(slow)
  end
end)

test("scopes, groups and watches dropped without being closed", function()
  local task = async.create_task(function()
    for _ = 1, 20 do
      async.timeout(0.001)
      async.task_group()
      async.task_group():create_task(function() end)
      async.as_completed { function() end }
    end
    collectgarbage()
    collectgarbage()
    async.sleep(0.003)
    collectgarbage()
    return "fine"
  end)
  truthy(pcall(async.await, task))
  support.turns()
  collectgarbage()
end)

test("finalizers that create tasks, set futures and put into queues", function()
  local future, queue, ran = async.future(), async.queue(), false
  do
    local _ = setmetatable({}, { __gc = function()
      if not future:done() then future:set_result("from a finalizer") end
      queue:put(1)
      async.create_task(function() ran = true end)
    end })
  end
  local waiter = async.create_task(function() return async.await(future) end)
  async.sleep(0)
  collectgarbage()
  collectgarbage()
  same(async.await(waiter), "from a finalizer")
  support.turns()
  same({ queue:get(), ran }, { 1, true })
end)

test("a future that a finalizer sets just when somebody begins to await it wakes them", function()
  local _ <close> = support.closing(function() collectgarbage("incremental", 200, 100, 13) end) -- Lua's defaults
  collectgarbage("incremental", 1, 1000, 1)
  for i = 1, 400 do
    local future = async.future()
    local waiter = async.create_task(function()
      setmetatable({}, { __gc = function() future:set_result(i) end })
      for _ = 1, i % 50 do local _ = {} end
      return async.await(future)
    end)
    async.sleep(0)
    if future:done() then
      support.turns()
      truthy(waiter:done(), "it still waits")
    end
    waiter:cancel()
    pcall(async.await, waiter)
  end
end)
