-- Futures: results that some other code sets. And shield, which is awaited like one.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"

---@class arun.Future an awaitable whose outcome is set from outside
local Future = {}
Future.__index = Future
Future.__name = "future"

local function pending(self)
  if self.state ~= "pending" then
    options.usage("the future has its outcome already", 3)
  end
end

local function settle(self, state)
  self.state = state
  if self.waiters then self.waiters:wake_all() end
end

---Sets the results and wakes all who await it.
---@param ... any
function Future:set_result(...)
  pending(self)
  self.values = table.pack(...)
  settle(self, "done")
end

---Sets the error and wakes all who await it.
---@param err any
function Future:set_error(err)
  pending(self)
  self.failure = err
  settle(self, "failed")
end

---Ends it as cancelled; false when it has its outcome already.
---@return boolean
function Future:cancel()
  if self.state ~= "pending" then return false end
  settle(self, "cancelled")
  return true
end

---Whether it has its outcome.
---@return boolean
function Future:done() return self.state ~= "pending" end

---Whether it was cancelled.
---@return boolean
function Future:cancelled() return self.state == "cancelled" end

---Its results; raises its error, kind "cancelled" after cancel, kind "usage" while it is pending.
---@return any ...
function Future:result()
  if self.state == "done" then return table.unpack(self.values, 1, self.values.n) end
  if self.state == "failed" then error(self.failure, 0) end
  if self.state == "cancelled" then
    error(core.error { kind = "cancelled", message = "the future was cancelled" }, 0)
  end
  options.usage("the future has no outcome yet: await it", 2)
end

---Its error, or nil.
---@return any
function Future:error() return self.failure end

function Future:__await()
  if self.state == "pending" then
    self.waiters = self.waiters or native.waitlist()
    self.waiters:wait("a future")
  else
    native.sleep(0)
  end
  return self:result()
end

function Future:__tostring() return ("<future %s>"):format(self.state) end

local Shield = { __name = "shield" }
Shield.__index = Shield

function Shield:__await()
  return native.await_shielded(self.task)
end

local M = {}

---Makes a future.
---@usage local future = async.future()
---async.call_later(1, function() future:set_result("here") end)
---print(async.await(future))
---@return arun.Future
function M.future() return setmetatable({ state = "pending" }, Future) end

---An awaitable that waits for x, which goes on when the waiter is cancelled.
---@param x any a task, a coroutine object, a future, or a function (which become a task at once)
---@return any awaitable
function M.shield(x)
  local task = native.kind_of(x) == "task" and x or native.create_task(x)
  return setmetatable({ task = task }, Shield)
end

return M
