-- An argument error names the function that the script called, the argument and the script's line, also under pcall.
local async = require "arun.async"
local fs = require "arun.fs"
local resilience = require "arun.resilience"
local test = require "arun.test"
local truthy = test.truthy

local queue, task = async.queue(), async.current_task()

local function cases(group, limit) return {
  { "bad argument #2 to 'put' (an item expected, got nil)", queue.put, queue, nil },
  { "bad argument #2 to 'set_name' (string expected, got table)", task.set_name, task, {} },
  { "bad argument #2 to 'add_done_callback' (function expected, got number)", task.add_done_callback, task, 1 },
  { "bad argument #1 to 'sleep' (number expected, got string)", async.sleep, "soon" },
  { "bad argument #1 to 'create_task' (coroutine, function or awaitable expected, got no v", async.create_task },
  { "bad argument #1 to 'create_task' (it is a task already)", async.create_task, task },
  { "bad argument #1 to 'create_task' (coroutine, function or awaitable expected, got 5", group.create_task, group, 5 },
  { "bad argument #1 to 'gather' (table expected, got no value)", async.gather },
  { "bad argument #1 to 'queue' (an integer from 0 expected)", async.queue, -1 },
  { "bad argument #1 to 'async' (function expected, got number)", async.async, 5 },
  { "bad argument #1 to 'run' (coroutine, function or awaitable expected, got task)", async.run, task },
  { "bad argument #1 to 'shield' (coroutine, task, future or function expected, got nil)", async.shield },
  { "bad argument #1 to 'wait_for' (coroutine, task, future or function expected, got 5)", async.wait_for, 5, 1 },
  { "bad argument #2 to 'wait_for' (seconds expected, got NaN)", async.wait_for, print, 0 / 0 },
  { "bad argument #1 to 'timeout' (seconds expected, got nil)", async.timeout },
  { "bad argument #1 to 'reschedule' (number expected, got string)", limit.reschedule, limit, "x" },
  { "bad argument #1 to 'call_later' (seconds expected, got string)", async.call_later, "x", print },
  { "bad argument #2 to 'call_later' (coroutine, function or awaitable expected, got nil)", async.call_later, 1 },
  { "bad argument #1 to 'generator' (function expected, got string)", async.generator, "f" },
  { "bad argument #1 to 'wait' (table expected, got nil)", async.wait },
  { "bad item #1 of wait (coroutine, task or future expected, got number)", async.wait, { 5 } },
  { "option 'timeout': a number expected, got string", async.wait, {}, { timeout = "soon" } },
  { "bad argument #2 to 'as_completed' (seconds expected, got string)", async.as_completed, {}, "soon" },
  { "option 'concurrency': an integer from 1 expected, got 0", async.map, {}, print, { concurrency = 0 } },
  { "bad argument #1 to 'semaphore' (an integer from 0 expected, got -1)", async.semaphore, -1 },
  { "bad argument #1 to 'condition' (lock expected, got semaphore)", async.condition, async.semaphore(1) },
  { "bad argument #1 to 'retry' (coroutine, task, future or function expected, got 5)", resilience.retry, 5 },
  { "bad argument #1 to 'lru_cache' (function expected, got string)", resilience.lru_cache, "f" },
  { "option 'rate': a number above 0 up to 1e+09 expected, got nil", resilience.rate_limiter },
  { "bad argument #1 to 'read_file' (string expected, got nil)", fs.read_file },
  { "bad argument #1 to 'walk' (string expected, got nil)", fs.walk },
  { "bad argument #1 to 'join' (string expected, got 5)", fs.path.join, 5 },
  { "cannot await a value of type nil: a coroutine, task or future is expected", async.await, nil },
  { "cannot await a function: call it", async.await, print },
} end

test("under pcall", function()
  local group <close> = async.task_group()
  local limit <close> = async.timeout(100)
  for _, case in ipairs(cases(group, limit)) do
    local err = test.raises("usage", table.unpack(case, 2))
    truthy(err.message:find(case[1], 1, true), err.message)
    truthy(err.message:find("^tests/async/argument_errors_test.lua:%d+: "), err.message)
  end
end)

test("called by a local name, and as a method", function()
  local nap = async.sleep
  local line = debug.getinfo(1, "l").currentline
  for i, call in ipairs {
    function() nap("soon") end,
    function() queue:put(nil) end,
    function() async.await(nil) end,
  } do
    local err = test.raises("usage", call)
    truthy(err.message:find(({ "'sleep'", "bad argument #1 to 'put'", "cannot await" })[i], 1, true), err.message)
    truthy(err.message:find(("argument_errors_test.lua:%d: "):format(line + 1 + i), 1, true), err.message)
  end
end)
