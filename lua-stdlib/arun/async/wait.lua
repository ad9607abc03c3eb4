-- Waiting for several tasks: wait, as_completed, map.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"
local scopes = require "arun.async.scopes"
local invoke = require "arun.async.invoke"

local conditions = { all_completed = true, first_completed = true, first_exception = true }

---The tasks of a list of awaitables, each once; what is no task becomes one.
local function to_tasks(list, what)
  if type(list) ~= "table" then
    options.usage(("bad argument #1 to '%s' (table expected, got %s)"):format(what, type(list)), 3)
  end
  -- All items first: a bad one must not leave those before it running.
  for i, x in ipairs(list) do
    if type(x) ~= "function" and not native.kind_of(x) then
      local meta = getmetatable(x)
      if type(meta) ~= "table" or meta.__await == nil then
        options.usage(("bad item #%d of %s (coroutine, task or future expected, got %s)"):format(i, what, type(x)), 3)
      end
    end
  end
  local tasks, seen = {}, {}
  for _, x in ipairs(list) do
    if not seen[x] then
      seen[x] = true
      tasks[#tasks + 1] = native.kind_of(x) == "task" and x or native.create_task(x)
    end
  end
  return tasks
end

---Waits until tasks end. Never raises their errors and leaves those that are pending alone.
---@param list any[] tasks; coroutine objects and functions become tasks
---@param opts? {timeout: number, return_when: "all_completed"|"first_completed"|"first_exception"}
---@return arun.Task[] done in the order in which they ended
---@return arun.Task[] pending
local function wait(list, opts)
  opts = options.check(opts, { "timeout", "return_when" })
  local return_when = opts.return_when or "all_completed"
  if not conditions[return_when] then
    options.usage(("option 'return_when': 'all_completed', 'first_completed' or 'first_exception' expected, got '%s'")
      :format(tostring(return_when)), 2)
  end
  local tasks = to_tasks(list, "wait")
  local watch = native.watch()
  for _, task in ipairs(tasks) do watch:add(task) end
  local done, ended = {}, {}
  local function collect()
    while true do
      local task = watch:next()
      if not task then return end
      done[#done + 1] = task
      ended[task] = true
      if return_when == "first_completed" then return end
      if return_when == "first_exception" and task:state() == "failed" then return end
    end
  end
  if opts.timeout then
    scopes.move_on_after(opts.timeout, collect)
  else
    collect()
  end
  local pending = {}
  for _, task in ipairs(tasks) do
    if ended[task] then goto continue end
    if task:done() then done[#done + 1] = task else pending[#pending + 1] = task end
    ::continue::
  end
  return done, pending
end

---Iterates over tasks in the order in which they end: `for task in async.as_completed(list) do print(await(task)) end`.
---@param list any[] tasks; coroutine objects and functions become tasks
---@param timeout number? seconds for all of it; kind "timeout" is raised by the loop when the time is up
---@return fun(): arun.Task?
local function as_completed(list, timeout)
  if timeout ~= nil and (type(timeout) ~= "number" or timeout ~= timeout) then
    options.usage(("bad argument #2 to 'as_completed' (seconds expected, got %s)"):format(
      timeout ~= timeout and "NaN" or type(timeout)), 2)
  end
  local watch = native.watch()
  for _, task in ipairs(to_tasks(list, "as_completed")) do watch:add(task) end
  local deadline = timeout and native.time() + timeout
  return function()
    if not deadline or watch:pending() == 0 then return watch:next() end
    local in_time, task = scopes.move_on_after(math.max(deadline - native.time(), 0), watch.next, watch)
    if in_time then return task end
    error(core.error { kind = "timeout", phase = "total", message = ("timed out after %g s"):format(timeout) }, 0)
  end
end

---Calls fn with each item, with at most `concurrency` calls at a time.
---@param list any[]
---@param fn function plain or async
---@param opts? {concurrency: integer} concurrency: default: all at once
---@return any[] results the first result of each call, in the list's order
---Raises the error of a call that fails, after the others were cancelled and waited for.
local function map(list, fn, opts)
  if type(list) ~= "table" then
    options.usage(("bad argument #1 to 'map' (table expected, got %s)"):format(type(list)), 2)
  end
  if native.kind_of(fn) ~= "function" then
    options.usage(("bad argument #2 to 'map' (function expected, got %s)"):format(type(fn)), 2)
  end
  opts = options.check(opts, { "concurrency" })
  local concurrency = opts.concurrency or math.max(#list, 1)
  if math.type(concurrency) ~= "integer" or concurrency < 1 then
    options.usage("option 'concurrency': a positive integer expected", 2)
  end
  fn = native.plain(fn)
  local results, next_index, count = { n = #list }, 0, #list
  local function worker()
    while next_index < count do
      next_index = next_index + 1
      local index = next_index
      results[index] = invoke(fn, list[index])
    end
  end
  local workers = {}
  for i = 1, math.min(concurrency, count) do workers[i] = worker end
  native.gather(workers)
  return results
end

return { wait = wait, as_completed = as_completed, map = map }
