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

-- The methods of task handles lie in their metatable.
---@class arun.Task a piece of work of its own, side by side with others; awaiting it gives its results
---@field result fun(self: arun.Task): any its results
---Raises the error it ended with, kind "cancelled" when it was cancelled, kind "usage" while it runs.
---@field error fun(self: arun.Task): any the error it ended with; nil when it ended well
---Raises kind "usage" while it runs.
---@field done fun(self: arun.Task): boolean whether it has ended, in any way
---@field cancelled fun(self: arun.Task): boolean whether it ended cancelled
---@field cancel fun(self: arun.Task, reason?: string): boolean asks it to end: what it waits for raises "cancelled";
---false when it has ended already
---@field name fun(self: arun.Task): string its name, for messages
---@field set_name fun(self: arun.Task, name: string): arun.Task names it; gives the task back
---@field state fun(self: arun.Task): string "created", "ready", "running", "waiting", "done", "failed" or "cancelled"
---@field stack fun(self: arun.Task): string the traceback of where it is now
---@field waits_for fun(self: arun.Task): string what it waits for, in words; nil when it does not wait
---@field created_at fun(self: arun.Task): string the place in the source where it was created
---@field id fun(self: arun.Task): integer its number, in the order of creation
local Task = native.task_methods()

---Calls fn(task) in a task of its own when the task has ended, soon when it has already.
---@param fn fun(task: arun.Task)
Task.add_done_callback = Task.add_done_callback

return M
