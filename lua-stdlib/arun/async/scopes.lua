-- Time limits and task groups: stretches of code that their tasks cannot outlive.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"
local invoke = require "arun.async.invoke"
local timed_out = require "arun.async.timed_out"

local pack, unpack = table.pack, table.unpack

---@class arun.Timeout a time limit on what the current task does until it is closed; `<close>`
local Timeout = {}
Timeout.__index = Timeout
Timeout.__name = "timeout"
local check_timeout = core.self_check(Timeout)

---Changes the limit.
---@param seconds number? from now on; nil takes the limit away
function Timeout:reschedule(seconds) check_timeout(self).scope:reschedule(seconds) end

---When it expires, on the clock of async.time; nil without a limit.
---@return number?
function Timeout:when() return check_timeout(self).scope:deadline() end

---Whether the time was up.
---@return boolean
function Timeout:expired() return check_timeout(self).scope:cancelled() end

function Timeout:__close(err)
  if self.scope:close(err) then
    self.failure = timed_out(self.seconds)
    error(self.failure, 0)
  end
end

local function new_timeout(seconds, number, name, may_be_forgotten)
  options.seconds(seconds, number, name)
  return setmetatable({ scope = native.scope(seconds, may_be_forgotten), seconds = seconds }, Timeout)
end

---Limits what the current task does until the variable goes out of scope:
---`local limit <close> = async.timeout(2)`. When the time is up, what the task waits for is cancelled, and the scope
---ends with an error of kind "timeout" (phase "total").
---@param seconds number
---@return arun.Timeout
---@usage local limit <close> = async.timeout(2)
---local page = fetch("https://example.com/")
local function timeout(seconds)
  return new_timeout(seconds, 1, "timeout", true)
end

-- Waits for the task's end. The limit is the task's own: it holds whoever else awaits the task.
local function await_limited(task, seconds)
  local limit <close> = native.task_limit(task, seconds)
  local outcome = pack(pcall(native.await, task))
  if outcome[1] then return unpack(outcome, 2, outcome.n) end
  if limit:expired() and task:cancelled() then error(timed_out(seconds), 0) end
  error(outcome[2], 0)
end

---Awaits x for at most so long; kind "timeout" when the time is up, after x was cancelled and has cleaned up. A task is
---cancelled also when others await it, unless it is shielded; a future, which others set, is left as it is.
---@param x any an awaitable, or a function
---@param seconds number
---@return any ... the results of x, also when it answers the cancellation with some
local function wait_for(x, seconds)
  options.awaitable(x, 1, "wait_for")
  if native.kind_of(x) == "task" then
    options.seconds(seconds, 2, "wait_for")
    return await_limited(x, seconds)
  end
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
  options.awaitable(fn, 2, "move_on_after")
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
local check_group = core.self_check(TaskGroup)

---Creates a task of the group.
---@param x any a coroutine object, an awaitable, or a function
---@param ... any the function's arguments
---@return arun.Task
function TaskGroup:create_task(x, ...)
  check_group(self)
  if self.closed then
    error(core.error { kind = "closed", message = "the task group has ended" }, 2)
  end
  options.runnable(x, 1, "create_task")
  return self.group:spawn(x, ...)
end

---Asks all tasks of the group to end.
---@param reason string?
function TaskGroup:cancel(reason) check_group(self).group:cancel(reason) end

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
