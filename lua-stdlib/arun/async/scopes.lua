-- Time limits and task groups: stretches of code that their tasks cannot outlive.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"
local invoke = require "arun.async.invoke"

local pack, unpack = table.pack, table.unpack

---@class arun.Timeout a time limit on what the current task does until it is closed; `<close>`
local Timeout = {}
Timeout.__index = Timeout
Timeout.__name = "timeout"

---Changes the limit.
---@param seconds number? from now on; nil takes the limit away
function Timeout:reschedule(seconds) self.scope:reschedule(seconds) end

---When it expires, on the clock of async.time; nil without a limit.
---@return number?
function Timeout:when() return self.scope:deadline() end

---Whether the time was up.
---@return boolean
function Timeout:expired() return self.scope:cancelled() end

function Timeout:__close(err)
  if self.scope:close(err) then
    self.failure = core.error {
      kind = "timeout", phase = "total",
      message = ("timed out after %g s"):format(self.seconds),
    }
    error(self.failure, 0)
  end
end

local function new_timeout(seconds, argument, name)
  if type(seconds) ~= "number" or seconds ~= seconds then
    options.usage(("bad argument #%d to '%s' (seconds expected, got %s)"):format(
      argument, name, seconds ~= seconds and "NaN" or type(seconds)), 3)
  end
  return setmetatable({ scope = native.scope(seconds), seconds = seconds }, Timeout)
end

---Limits what the current task does until the variable goes out of scope:
---`local limit <close> = async.timeout(2)`. When the time is up, what the task waits for is cancelled, and the scope
---ends with an error of kind "timeout" (phase "total").
---@param seconds number
---@return arun.Timeout
---@usage local limit <close> = async.timeout(2)
---local page = fetch("https://example.com/")
local function timeout(seconds)
  local limit = new_timeout(seconds, 1, "timeout")
  return limit
end

---Awaits x for at most so long; kind "timeout" when the time is up, after x was cancelled and has cleaned up.
---@param x any an awaitable, or a function
---@param seconds number
---@return any ... the results of x, also when it answers the cancellation with some
local function wait_for(x, seconds)
  local _ <close> = new_timeout(seconds, 2, "wait_for")
  return invoke(x)
end

local function run_limited(limit, fn, ...)
  local _ <close> = limit
  return invoke(fn, ...)
end

---Calls fn and moves on when the time is up: a timeout without an error.
---@param seconds number
---@param fn any a function, plain or async, or an awaitable
---@param ... any the function's arguments
---@return boolean in_time
---@return any ... the results of fn
local function move_on_after(seconds, fn, ...)
  local limit = new_timeout(seconds, 1, "move_on_after")
  local outcome = pack(pcall(run_limited, limit, fn, ...))
  if outcome[1] then return unpack(outcome, 1, outcome.n) end
  if limit.failure ~= nil and outcome[2] == limit.failure then return false end
  error(outcome[2], 0)
end

---@class arun.TaskGroup tasks with a common end; `<close>`
local TaskGroup = {}
TaskGroup.__index = TaskGroup
TaskGroup.__name = "task_group"

---Creates a task of the group.
---@param x any a coroutine object, an awaitable, or a function
---@param ... any the function's arguments
---@return arun.Task
function TaskGroup:create_task(x, ...)
  if self.closed then
    error(core.error { kind = "closed", message = "the task group has ended" }, 2)
  end
  local kind = native.kind_of(x)
  if kind ~= "function" and kind ~= "coroutine" and kind ~= "awaitable" then
    options.usage(("bad argument #1 to 'create_task' (coroutine, awaitable or function expected, got %s)")
      :format(kind or type(x)), 2)
  end
  return self.group:spawn(x, ...)
end

---Asks all tasks of the group to end.
---@param reason string?
function TaskGroup:cancel(reason) self.group:cancel(reason) end

-- Waits for all children, also when the wait itself is cancelled: no child outlives its group.
local function wait_for_children(self)
  local group = self.group
  local _ <close> = setmetatable({}, { __close = function()
    if group:size() > 0 then
      group:cancel()
      group:wait()
    end
    self.closed = true
  end })
  group:wait()
end

---Ends the group: waits for its tasks, after cancelling them when the body failed.
function TaskGroup:__close(err)
  -- The body has ended: a child that fails from here on has only its siblings to stop.
  local interrupted = self.scope:close(err)
  if err ~= nil then self.group:cancel() end
  local ok, failure = pcall(wait_for_children, self)
  if ok then return end
  if err == nil or interrupted or core.is_error(err, "cancelled") then error(failure, 0) end
  -- The body failed by itself, and a child too: neither is lost.
  local errors = { err }
  local failures = core.is_error(failure, "group") and failure.errors or { failure }
  table.move(failures, 1, #failures, 2, errors)
  error(native.group_error(errors), 0)
end

---A group of tasks: `local group <close> = async.task_group()`. Leaving the scope waits for all tasks created with
---`group:create_task`. When one fails, the body and the other tasks are cancelled, and the scope raises what failed:
---one error as it is, several as one of kind "group" with `.errors`. A cancelled task does not fail its group.
---@return arun.TaskGroup
---@usage do
---  local group <close> = async.task_group()
---  group:create_task(fetch, "a")
---  group:create_task(fetch, "b")
---end
---print("both have ended")
local function task_group()
  local scope = native.scope(nil)
  return setmetatable({ scope = scope, group = native.group(scope) }, TaskGroup)
end

return { timeout = timeout, wait_for = wait_for, move_on_after = move_on_after, task_group = task_group }
