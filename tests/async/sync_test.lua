-- Locks, semaphores, events, conditions, barriers.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("lock: one holder at a time, in the order they came", function()
  local lock, log, inside = async.lock(), {}, 0
  local function work(name)
    for _ = 1, 2 do
      local _ <close> = lock:acquire()
      inside = inside + 1
      same(inside, 1)
      async.sleep(0)
      log[#log + 1] = name
      inside = inside - 1
    end
  end
  async.gather { function() work "a" end, function() work "b" end, function() work "c" end }
  same(table.concat(log), "abcabc")
  same(lock:locked(), false)
end)

test("lock: nobody overtakes the one it was handed to", function()
  local lock, log = async.lock(), {}
  local guard = lock:acquire()
  local waiter = async.create_task(function()
    local _ <close> = lock:acquire()
    log[#log + 1] = "waiter"
  end)
  async.sleep(0)
  guard:release()
  same({ lock:locked(), lock:try_acquire() == nil }, { true, true })
  local _ <close> = lock:acquire()
  same(log, { "waiter" })
  async.await(waiter)
end)

test("a guard releases once, early or at its scope's end, also on error", function()
  local lock = async.lock()
  do
    local guard <close> = lock:acquire()
    guard:release()
    guard:release()
    same(lock:locked(), false)
    local other = lock:acquire()
    guard:release()
    same(lock:locked(), true)
    other:release()
  end
  pcall(function()
    local _ <close> = lock:acquire()
    error "x"
  end)
  same(lock:locked(), false)
  test.raises("released more often", lock.release, lock)
end)

test("lock: release by hand, try_acquire", function()
  local lock = async.lock()
  local guard = lock:try_acquire()
  truthy(guard)
  same(lock:try_acquire(), nil)
  lock:release()
  same(lock:locked(), false)
end)

test("semaphore: at most n, counting from 0 too", function()
  local semaphore, most, now = async.semaphore(3), 0, 0
  local function work()
    local _ <close> = semaphore:acquire()
    now = now + 1
    most = math.max(most, now)
    support.turns(2)
    now = now - 1
  end
  local list = {}
  for i = 1, 10 do list[i] = work end
  async.gather(list)
  same(most, 3)
  test.raises("released more often", semaphore.release, semaphore)
  local counter = async.semaphore(0)
  same({ counter:locked(), counter:try_acquire() }, { true, nil })
  counter:release()
  counter:release()
  counter:acquire()
  counter:acquire()
  same(counter:locked(), true)
  for _, bad in ipairs { -1, 1.5, "x" } do test.raises("usage", async.semaphore, bad) end
  test.raises("usage", async.semaphore)
end)

test("event: set wakes all, clear makes wait again", function()
  local event, woken = async.event(), 0
  same(event:is_set(), false)
  local tasks = {}
  for i = 1, 3 do tasks[i] = async.create_task(function() truthy(event:wait()) woken = woken + 1 end) end
  support.turns()
  same(woken, 0)
  event:set()
  event:clear() -- those that waited were woken all the same
  async.gather(tasks)
  same({ woken, event:is_set() }, { 3, false })
  event:set()
  event:set()
  same({ event:wait(), event:is_set() }, { true, true })
end)

test("condition: notify one, some, all; the lock is held after wait", function()
  local condition, log = async.condition(), {}
  local tasks = {}
  for i = 1, 6 do
    tasks[i] = async.create_task(function()
      local _ <close> = condition:acquire()
      condition:wait()
      truthy(condition:locked())
      log[#log + 1] = i
    end)
  end
  support.turns()
  same(condition:locked(), false)
  condition:notify()
  support.turns()
  same(log, { 1 })
  condition:notify(2)
  support.turns()
  same(log, { 1, 2, 3 })
  condition:notify_all()
  async.gather(tasks)
  same(log, { 1, 2, 3, 4, 5, 6 })
  condition:notify()
end)

test("condition: wait_for; a lock of one's own; wait without the lock", function()
  local lock = async.lock()
  local condition, value = async.condition(lock), 0
  local task = async.create_task(function()
    local _ <close> = condition:acquire()
    return condition:wait_for(function() return value >= 3 and value end)
  end)
  for _ = 1, 3 do
    support.turns()
    local _ <close> = lock:acquire()
    value = value + 1
    condition:notify()
  end
  same(async.await(task), 3)
  test.raises("lock", condition.wait, condition)
end)

test("condition: a time limit on wait leaves the lock held, then released by its guard", function()
  local condition = async.condition()
  do
    local _ <close> = condition:acquire()
    test.raises("timeout", async.wait_for, function() condition:wait() end, 0.001)
    same(condition:locked(), true)
  end
  same(condition:locked(), false)
end)

test("barrier: all go on together, places 0 to n - 1, again and again", function()
  local barrier = async.barrier(3)
  for _ = 1, 3 do
    local before, places = 0, {}
    local function party()
      before = before + 1
      local place = barrier:wait()
      same(before, 3)
      places[#places + 1] = place
    end
    async.gather { party, party, party }
    table.sort(places)
    same(places, { 0, 1, 2 })
  end
  same(async.barrier(1):wait(), 0)
  for _, bad in ipairs { 0, 1.5, "x" } do test.raises("usage", async.barrier, bad) end
end)

test("barrier: abort", function()
  local barrier = async.barrier(3)
  local task = async.create_task(pcall, barrier.wait, barrier)
  async.sleep(0)
  same(barrier:broken(), false)
  barrier:abort()
  local good, err = async.await(task)
  same({ good, err.kind, barrier:broken() }, { false, "closed", true })
  test.raises("closed", barrier.wait, barrier)
end)
