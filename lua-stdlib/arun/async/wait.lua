-- Waiting for several tasks: wait, as_completed, map.

local native = require "arun.native.async"
local options = require "arun.options"
local scopes = require "arun.async.scopes"
local invoke = require "arun.async.invoke"
local timed_out = require "arun.async.timed_out"

local conditions = { all_completed = true, first_completed = true, first_exception = true }

-- What there is to watch of x: a task, or something like a future and the waitlist that tells its end. What is neither
-- becomes a task.
local function watchable(x)
  if native.kind_of(x) == "task" then return x end
  local meta = getmetatable(x)
  if type(meta) == "table" and meta.__watch then return meta.__watch(x) end
  return native.create_task(x)
end

-- Watches what is in a list, each once: the watch, and a list of what is watched.
local function watch_all(list, what)
  options.table(list, 1, what)
  -- All items first: a bad one must not leave those before it running.
  for i, x in ipairs(list) do
    if not native.kind_of(x) then
      options.usage(("bad item #%d of %s (coroutine, task or future expected, got %s)"):format(i, what, type(x)))
    end
  end
  local watch, items, seen = native.watch(), {}, {}
  for _, x in ipairs(list) do
    if not seen[x] then
      seen[x] = true
      local item, waitlist = watchable(x)
      if item == x or not seen[item] then
        seen[item] = true
        items[#items + 1] = item
        watch:add(item, waitlist)
      end
    end
  end
  return watch, items
end

---Waits until tasks and futures end. Never raises their errors and leaves those that are pending alone.
---@param list any[] tasks and futures; coroutine objects and functions become tasks
---@param opts? {timeout: number, return_when: "all_completed"|"first_completed"|"first_exception"} `timeout` in seconds
---@return (arun.Task|arun.Future)[] done in the order in which they ended
---@return (arun.Task|arun.Future)[] pending
local function wait(list, opts)
  opts = options.check(opts, { "timeout", "return_when" })
  local timeout = options.number(opts, "timeout", false, {})
  local return_when = opts.return_when or "all_completed"
  if not conditions[return_when] then
    options.wrong("return_when", "'all_completed', 'first_completed' or 'first_exception'", return_when)
  end
  local watch <close>, items = watch_all(list, "wait")
  local done, ended = {}, {}
  local function collect()
    while true do
      local item = watch:next()
      if not item then return end
      done[#done + 1] = item
      ended[item] = true
      if return_when == "first_completed" then return end
      if return_when == "first_exception" and item:state() == "failed" then return end
    end
  end
  if timeout then
    scopes.move_on_after(timeout, collect)
  else
    collect()
  end
  local pending = {}
  for _, item in ipairs(items) do
    if not ended[item] then table.insert(item:done() and done or pending, item) end
  end
  return done, pending
end

---Iterates over tasks and futures in the order in which they end:
---`for task in async.as_completed(list) do print(await(task)) end`.
---@param list any[] tasks and futures; coroutine objects and functions become tasks
---@param timeout number? seconds for all of it; kind "timeout" is raised by the loop when the time is up
---@return fun(): (arun.Task|arun.Future)?
local function as_completed(list, timeout)
  if timeout ~= nil then options.seconds(timeout, 2, "as_completed") end
  local watch = watch_all(list, "as_completed")
  local deadline = timeout and native.time() + timeout
  local function next_ended()
    if not deadline or watch:pending() == 0 then return watch:next() end
    local in_time, item = scopes.move_on_after(math.max(deadline - native.time(), 0), watch.next, watch)
    if in_time then return item end
    error(timed_out(timeout), 0)
  end
  return next_ended, nil, nil, watch
end

---Calls fn with each item, with at most `concurrency` calls at a time.
---@param list any[]
---@param fn function plain or async
---@param opts? {concurrency: integer} concurrency: default: all at once
---@return any[] results the first result of each call, in the list's order
---Raises the error of a call that fails, after the others were cancelled and waited for.
local function map(list, fn, opts)
  options.table(list, 1, "map")
  options.callable(fn, 2, "map")
  opts = options.check(opts, { "concurrency" })
  local concurrency = options.number(opts, "concurrency", math.huge, { least = 1, integer = true })
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
