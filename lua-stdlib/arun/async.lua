---@meta arun.async
-- Tasks, awaiting, scopes and synchronisation: asyncio's names, for Lua coroutines on a libuv loop.
-- Times are seconds (fractions allowed). Every function that waits may be called from any function inside a task.

local native = require "arun.native.async"
local options = require "arun.options"
local invoke = require "arun.async.invoke"

local async = {}

local take = native.take

-- Tail calls all the way: async functions that await each other nest as deep as Lua functions do.
local function call(fn, ...)
  return fn(...)
end

---Makes an async function: calling it gives a coroutine object, which runs once, when it is awaited or made a task.
---@param fn function
---@return function
---@usage local greet = async(function(name) async.sleep(1) print("Hello, " .. name) end)
async.async = native.async

---Waits for an awaitable and gives all its results. A coroutine object runs inside the current task; a task is waited
---for, and cancelled when its only waiter is cancelled.
---@param awaitable any a coroutine object, a task, a future, or an object with an `__await` metamethod
---@return any ... its results
---Raises the error the awaitable ended with; kind "cancelled" when it was cancelled; kind "usage" for what cannot be
---awaited, or was awaited before.
function async.await(awaitable)
  return call(take(awaitable))
end

---@class arun.Task a piece of work of its own, side by side with others; awaiting it gives its results
---@field result fun(self: arun.Task): any its results
---Raises the error it ended with, kind "cancelled" when it was cancelled, kind "usage" while it runs.
---@field error fun(self: arun.Task): any the error it ended with; nil when it ended well
---Raises kind "usage" while it runs.
---@field done fun(self: arun.Task): boolean whether it has ended, in any way
---@field cancelled fun(self: arun.Task): boolean whether it ended cancelled
---@field cancel fun(self: arun.Task, reason?: string): boolean asks it to end: what it waits for raises "cancelled";
---false when it has ended already
---@field add_done_callback fun(self: arun.Task, fn: fun(task: arun.Task)) calls fn(task) in a task of its own when this
---one has ended, soon when it has already
---@field name fun(self: arun.Task): string its name, for messages
---@field set_name fun(self: arun.Task, name: string): arun.Task names it; gives the task back
---@field set_time_slice fun(self: arun.Task, seconds?: number): arun.Task suspends it when it has run so long without
---waiting, between two lines of its code, so that others run meanwhile; nil or 0 lets it run on. Gives the task back
---@field state fun(self: arun.Task): string "created", "ready", "running", "waiting", "done", "failed" or "cancelled"
---@field stack fun(self: arun.Task): string the traceback of where it is now
---@field waits_for fun(self: arun.Task): string? what it waits for, in words; nil when it does not wait
---@field created_at fun(self: arun.Task): string the place in the source where it was created
---@field id fun(self: arun.Task): integer its number, in the order of creation

---Creates a task, which starts at the creator's next suspension and goes on side by side with it.
---@param x any a coroutine object, an awaitable, or a function
---@param ... any the function's arguments
---@return arun.Task
---@usage local task = async.create_task(fetch, "https://example.com/") -- fetch runs while this task waits
async.create_task = native.create_task

---Suspends the current task. 0 lets every other ready task run first.
---@param seconds number
---@param value any? given back afterwards
---@return any value
async.sleep = native.sleep

---The clock that sleeps and time limits go by (monotonic).
---@return number seconds since some fixed point in the past
async.time = native.time

---Calls fn like pcall, and catches the current task's cancellation too, which is over then: later awaits work again.
---@param fn any a function, plain or async, or an awaitable
---@param ... any the function's arguments
---@return boolean ok
---@return any ... the results, or the error
function async.try(fn, ...) return native.try(invoke, fn, ...) end

---The running task.
---@return arun.Task? task nil outside any task
async.current_task = native.current_task

---The tasks of this run that have not ended, oldest first.
---@return arun.Task[]
function async.all_tasks()
  local tasks = native.all_tasks()
  table.sort(tasks, function(a, b) return a:id() < b:id() end)
  return tasks
end

---Writes the tasks that have not ended as a tree of scopes: names, what each waits for and how long, where it is.
---@param write? fun(text: string) what to write with (default: to standard error)
---@usage async.dump(print)
function async.dump(write)
  options.argument(write == nil or options.is_callable(write), 1, "dump", "function", write)
  if write then write(native.tree()) else io.stderr:write(native.tree()) end
end

---Has every task that holds the loop longer than this reported on stderr, while it still runs: its name, where it was
---created, how long it has run, its stack. `arun --debug` does so after 0.1 seconds. It is reported once, and again
---whenever the time has doubled.
---@param seconds number? nil or 0 turns it off
async.set_slow_callback = native.set_slow_callback

---Runs all awaitables at the same time and waits for all of them.
---When one fails the others are cancelled and waited for, then the error is raised: as it is when it is the only one,
---else as one of kind "group" with `.errors`.
---@param list any[] coroutine objects, tasks, futures, functions
---@param options? {return_errors: boolean} return_errors: errors stand among the results instead of being raised
---@return any[] results the first result of each, in the list's order
---@return table? errors with return_errors: the errors, each at its place in the list
---@usage local pages = async.gather { fetch("a"), fetch("b") }
async.gather = native.gather

---Runs x as the main task of a run of its own, and cancels what it left running when it has ended, as asyncio.run does.
---@param x any a coroutine object, an awaitable, or a function
---@param ... any the function's arguments
---@return any ... the results of x
---Raises the error x ended with.
---@usage async.run(async(function() print("Hello") end))
function async.run(x, ...)
  options.runnable(x, 1, "run")
  local group = native.run_group()
  local main = group:spawn(x, ...)
  local function finish()
    group:cancel()
    group:wait()
  end
  -- The second one waits on when a cancellation breaks into the first: no task outlives its run.
  local _ <close> = setmetatable({}, { __close = function(_, err)
    if err ~= nil and group:size() > 0 then finish() end
  end })
  local _ <close> = setmetatable({}, { __close = finish })
  return native.await(main)
end

for _, part in ipairs { "future", "scopes", "wait", "sync", "queue", "context", "callbacks", "generators" } do
  for name, value in pairs(require("arun.async." .. part)) do async[name] = value end
end

return setmetatable(async, {
  __call = function(_, fn) return native.async(fn) end,
})
