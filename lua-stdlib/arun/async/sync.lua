-- Locks, semaphores, events, conditions, barriers. Whoever waits is served in the order of arrival; what is handed
-- over goes straight to the first waiter, so nobody can overtake it.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"
local invoke = require "arun.async.invoke"
local tracking = require "arun.async.tracking"

local setmetatable = setmetatable
local waitlist = native.waitlist

---@class arun.Guard what acquiring gives: releases when its variable goes out of scope (`<close>`), once
local Guard = native.guard_methods()

---Releases before the end of the scope.
Guard.release = Guard.release

---@class arun.Semaphore at most n hold it at the same time
local Semaphore = native.semaphore_methods()

---@class arun.Lock: arun.Semaphore one holder at a time

---Takes one, suspending while there is none. A free one is taken without suspending.
---@return arun.Guard guard
Semaphore.acquire = Semaphore.acquire

---Takes one if there is one. Never suspends.
---@return arun.Guard? guard nil when there is none
Semaphore.try_acquire = Semaphore.try_acquire

---Gives one back: to the first who waits, if any.
---Raises kind "usage" when it was released more often than acquired.
Semaphore.release = Semaphore.release

---Whether an acquire would have to wait.
---@return boolean
Semaphore.locked = Semaphore.locked

local function lock()
  local made = native.lock()
  return tracking.made and tracking.note(made) or made
end

local function semaphore(n)
  options.integer(n, 1, "semaphore", 0)
  local made = native.semaphore(n)
  return tracking.made and n > 0 and tracking.note(made) or made
end

---@class arun.Event a flag to wait for
local Event = {}
Event.__index = Event
Event.__name = "event"
local check_event = core.self_check(Event)

---Sets the flag and wakes all who wait.
function Event:set()
  check_event(self)
  self.flag = true
  self.waiters:wake_all()
end

---Unsets the flag: later waits wait.
function Event:clear() check_event(self).flag = false end

---Whether the flag is set.
---@return boolean
function Event:is_set() return check_event(self).flag end

---Waits until the flag is set; at once when it is.
---@return true
function Event:wait()
  check_event(self)
  if not self.flag then self.waiters:wait("an event") end
  return true
end

---@class arun.Condition a lock, and a place to wait for a change of what it guards
local Condition = {}
Condition.__index = Condition
Condition.__name = "condition"
local check_condition = core.self_check(Condition)

---Takes the lock, suspending while another task has it.
---@return arun.Guard guard
function Condition:acquire() return check_condition(self).lock:acquire() end
---Releases the lock.
function Condition:release() check_condition(self).lock:release() end
---Whether the lock is held.
---@return boolean
function Condition:locked() return check_condition(self).lock:locked() end

-- The lock is taken again however the wait ends: the caller's guard releases it. A cancellation that breaks into the
-- taking is merged with by the second attempt, which therefore succeeds, and goes on afterwards.
local TakeAgain = { __close = function(self, err)
  if err ~= nil then self.lock:acquire() end
end }

local Retake = { __close = function(self)
  local _ <close> = setmetatable({ lock = self.lock }, TakeAgain)
  self.lock:acquire()
end }

---Releases the lock, waits for a notify, and takes the lock again. The lock must be held.
---@return true
function Condition:wait()
  check_condition(self)
  if not self.lock:locked() then options.usage("wait needs the condition's lock: acquire it first") end
  self.lock:release()
  local _ <close> = setmetatable({ lock = self.lock }, Retake)
  self.waiters:wait("a condition")
  return true
end

---Waits until predicate() is true, asking again after each notify. The lock must be held.
---@param predicate function plain or async
---@return any value what it returned
function Condition:wait_for(predicate)
  check_condition(self)
  local value = invoke(predicate)
  while not value do
    self:wait()
    value = invoke(predicate)
  end
  return value
end

---Wakes n waiters.
---@param n integer? how many (default 1)
function Condition:notify(n)
  check_condition(self)
  for _ = 1, n or 1 do
    if not self.waiters:wake_one() then return end
  end
end

---Wakes all waiters.
function Condition:notify_all() check_condition(self).waiters:wake_all() end

---@class arun.Barrier n tasks meet, then go on together
local Barrier = {}
Barrier.__index = Barrier
Barrier.__name = "barrier"
local check_barrier = core.self_check(Barrier)

---Waits until as many tasks as the barrier is for wait.
---@return integer index 0 for the last to come, up to n - 1: each a different one
function Barrier:wait()
  check_barrier(self)
  if self.broken_ then error(core.error { kind = "closed", message = "the barrier was aborted" }, 2) end
  if self.waiters:size() + 1 < self.parties then
    local index = self.waiters:wait("a barrier")
    if not index then error(core.error { kind = "closed", message = "the barrier was aborted" }, 2) end
    return index
  end
  -- The places are given out now: of those who came, some may have been cancelled.
  for index = self.parties - 1, 1, -1 do self.waiters:wake_one(index) end
  return 0
end

---Makes all waits, now and later, fail with kind "closed".
function Barrier:abort()
  check_barrier(self)
  self.broken_ = true
  self.waiters:wake_all(false)
end

---Whether it was aborted.
---@return boolean
function Barrier:broken() return check_barrier(self).broken_ end

return {
  ---Makes a lock. It is not reentrant: whoever holds it and acquires it again waits for ever.
  ---@return arun.Lock
  ---@usage local lock = async.lock()
  ---do
  ---  local guard <close> = lock:acquire()
  ---  print("nobody else is here")
  ---end
  lock = lock,
  ---Makes a semaphore.
  ---@param n integer how many may hold it; 0: none until release is called
  ---@return arun.Semaphore
  ---@usage local connections = async.semaphore(10)
  ---local guard <close> = connections:acquire()
  semaphore = semaphore,
  ---Makes an event, whose flag is not set.
  ---@return arun.Event
  event = function() return setmetatable({ flag = false, waiters = waitlist() }, Event) end,
  ---Makes a condition.
  ---@param own_lock arun.Lock? the lock to use (default: a new one)
  ---@return arun.Condition
  ---@usage local items, changed = {}, async.condition()
  ---local guard <close> = changed:acquire()
  ---changed:wait_for(function() return #items > 0 end)
  condition = function(own_lock)
    options.argument(own_lock == nil or native.is_lock(own_lock), 1, "condition", "lock", own_lock)
    return setmetatable({ lock = own_lock or lock(), waiters = waitlist() }, Condition)
  end,
  ---Makes a barrier.
  ---@param n integer how many tasks meet at it
  ---@return arun.Barrier
  barrier = function(n)
    options.integer(n, 1, "barrier", 1)
    return setmetatable({ parties = n, broken_ = false, waiters = waitlist() }, Barrier)
  end,
}
