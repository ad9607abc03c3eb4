-- Futures: results that some other code sets. And shield, which is awaited like one.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"

---@class arun.Future an awaitable whose outcome is set from outside
local Future = {}
Future.__index = Future
Future.__name = "future"
local check_self = core.self_check(Future)

local function pending(self)
  if self.phase ~= "pending" then
    options.usage("the future has its outcome already")
  end
end

local function settle(self, phase)
  self.phase = phase
  if self.waiters then self.waiters:wake_all() end
end

---Sets the results and wakes all who await it.
---@param ... any
function Future:set_result(...)
  check_self(self)
  pending(self)
  self.values = table.pack(...)
  settle(self, "done")
end

---Sets the error and wakes all who await it.
---@param err any
function Future:set_error(err)
  check_self(self)
  pending(self)
  self.failure = err
  settle(self, "failed")
end

---Ends it as cancelled; false when it has its outcome already.
---@return boolean
function Future:cancel()
  check_self(self)
  if self.phase ~= "pending" then return false end
  settle(self, "cancelled")
  return true
end

---Whether it has its outcome.
---@return boolean
function Future:done() return check_self(self).phase ~= "pending" end

---Whether it was cancelled.
---@return boolean
function Future:cancelled() return check_self(self).phase == "cancelled" end

---How it is: "pending", "done", "failed" or "cancelled".
---@return string
function Future:state() return check_self(self).phase end

---Its results; raises its error, kind "cancelled" after cancel, kind "usage" while it is pending.
---@return any ...
function Future:result()
  check_self(self)
  if self.phase == "done" then return table.unpack(self.values, 1, self.values.n) end
  if self.phase == "failed" then error(self.failure, 0) end
  if self.phase == "cancelled" then
    error(core.error { kind = "cancelled", message = "the future was cancelled" }, 0)
  end
  options.usage("the future has no outcome yet: await it")
end

---Its error, or nil.
---@return any
function Future:error() return check_self(self).failure end

-- Where those wait who want to know its outcome; nil when it is there.
local function waiters(self)
  if self.phase ~= "pending" then return nil end
  self.waiters = self.waiters or native.waitlist()
  return self.waiters
end

function Future:__await()
  local list = waiters(self)
  if self.phase == "pending" then -- still: a finalizer may have run when the list was made
    list:wait("a future")
  else
    native.sleep(0)
  end
  return self:result()
end

-- For those who only look on (async.wait): what to watch, and the list in which its end wakes them.
function Future:__watch() return self, waiters(self) end

function Future:__tostring() return ("<future %s>"):format(self.phase) end

local Shield = { __name = "shield" }
Shield.__index = Shield

function Shield:__await()
  return native.await_shielded(self.task)
end

function Shield:__watch() return self.task end

local M = {}

---Makes a future.
---@usage local future = async.future()
---async.call_later(1, function() future:set_result("here") end)
---print(async.await(future))
---@return arun.Future
function M.future() return setmetatable({ phase = "pending" }, Future) end

---An awaitable that waits for x, which goes on when the waiter is cancelled.
---@param x any a task, a coroutine object, a future, or a function (which become a task at once)
---@return any awaitable
function M.shield(x)
  options.awaitable(x, 1, "shield")
  local task = native.kind_of(x) == "task" and x or native.create_task(x)
  return setmetatable({ task = task }, Shield)
end

return M
