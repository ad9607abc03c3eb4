-- Callbacks, for code written that way: each runs in a task of its own.

local native = require "arun.native.async"
local options = require "arun.options"
local invoke = require "arun.async.invoke"

local M = {}

---Calls fn soon: after all that is ready now.
---@param fn any a function, plain or async, or a coroutine object
---@param ... any the function's arguments
---@return arun.Task task `:cancel()` takes it back
function M.call_soon(fn, ...)
  options.runnable(fn, 1, "call_soon")
  return native.create_task(fn, ...)
end

local function call_after(seconds, fn, ...)
  native.sleep(seconds)
  return invoke(fn, ...)
end

---Calls fn after some time.
---@param seconds number
---@param fn any a function, plain or async, or a coroutine object
---@param ... any the function's arguments
---@return arun.Task task `:cancel()` takes it back
function M.call_later(seconds, fn, ...)
  options.seconds(seconds, 1, "call_later")
  options.runnable(fn, 2, "call_later")
  return native.create_task(call_after, seconds, native.plain(fn), ...)
end

return M
