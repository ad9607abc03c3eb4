-- Many tasks take random steps and cancel each other at random. Whatever happens, at the end every task has ended and
-- every lock, place and slot is free again.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy
local random = math.random

local function moment() return random() / 1000 end

local function turn_on_close() return support.closing(function() async.sleep(0) end) end

-- The steps a task may take; each gets the shared things and a function that takes a further step.
local steps = {
  function() async.sleep(0) end,
  function() async.sleep(moment()) end,
  function() async.try(async.sleep, moment()) end,
  function() collectgarbage("step") end,
  function(all) all.tasks[random(#all.tasks)]:cancel() end,
  function(all) all.condition:notify_all() end,
  function(all) local _ <close> = all.lock:acquire() async.sleep(0) end,
  function(all) local _ <close> = all.semaphore:acquire() async.sleep(moment()) end,
  function(all) async.move_on_after(moment(), all.queue.put, all.queue, 1) end,
  function(all) async.move_on_after(moment(), all.queue.get, all.queue) end,
  function(all)
    async.move_on_after(moment(), function()
      local _ <close> = all.condition:acquire()
      all.condition:wait()
    end)
  end,
  function(all)
    local other = all.tasks[random(#all.tasks)]
    if other ~= async.current_task() then pcall(async.wait_for, async.shield(other), moment()) end
  end,
  function(_, step)
    pcall(async.gather, { step, step, function() if random(3) == 1 then error "gather" end end })
  end,
  function(_, step)
    pcall(function()
      local group <close> = async.task_group()
      for _ = 1, 3 do group:create_task(step) end
      group:create_task(function() if random(3) == 1 then error "group" end end)
      step()
    end)
  end,
  function(_, step)
    for value in async.generator(function()
      local _ <close> = turn_on_close()
      local _ <close> = async.timeout(1)
      for i = 1, 3 do coroutine.yield(i) end
    end)() do
      step()
      if value == random(3) then break end
    end
  end,
  function(_, step)
    pcall(function()
      local _ <close> = async.context_manager(function()
        local _ <close> = async.timeout(moment())
        coroutine.yield()
        async.sleep(0)
      end)()
      step()
    end)
  end,
  function(_, step) coroutine.wrap(function() pcall(step) end)() end,
  function(_, step) local _ <close> = support.closing(function() pcall(step) end) step() end,
  function(_, step) pcall(async.run, function() async.create_task(async.try, step) step() end) end,
}

local function worker(all)
  all.running = all.running + 1
  local _ <close> = support.closing(function() all.running = all.running - 1 end)
  local function step(depth)
    local take = depth > 4 and steps[1] or steps[random(#steps)]
    take(all, function() step(depth + 1) end)
  end
  for _ = 1, 20 do step(0) end
end

for seed = 1, 10 do
  test("seed " .. seed, function()
    math.randomseed(seed)
    local all = {
      running = 0, tasks = {}, queue = async.queue(2),
      lock = async.lock(), semaphore = async.semaphore(2), condition = async.condition(),
    }
    for i = 1, 30 do all.tasks[i] = async.create_task(worker, all) end
    async.wait(all.tasks)
    for _, task in ipairs(all.tasks) do truthy(task:cancelled() or task:error() ~= nil or task:done()) end
    same({ all.running, all.lock:locked(), all.condition:locked() }, { 0, false, false })
    truthy(all.semaphore:try_acquire() and all.semaphore:try_acquire() and not all.semaphore:try_acquire())
    while not all.queue:empty() do all.queue:get() end
    all.queue:put_nowait(1)
    all.queue:put_nowait(2)
    test.raises("full", all.queue.put_nowait, all.queue, 3)
    support.turns()
  end)
end
