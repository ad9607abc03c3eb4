-- Tracebacks of tasks and coroutines.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same = test.same
local holds = support.holds

test("task:stack() of a waiting task names its functions", function()
  local function inner() async.sleep(10) end
  local task = async.create_task(function()
    inner()
    return 1
  end)
  same(task:stack(), "")
  async.sleep(0)
  holds(task:stack(), "stack traceback", "error_trace_test.lua", "inner", "error_trace_test.lua")
  task:cancel()
  support.cancelled(task)
  same(task:stack(), "")
end)

test("debug.traceback of a coroutine that awaits, yielded, failed", function()
  local function deep(co_error)
    coroutine.yield()
    async.sleep(0)
    if co_error then error("x") end
  end
  local co = coroutine.create(function(...)
    deep(...)
    return 1
  end)
  coroutine.resume(co, true)
  holds(debug.traceback(co), "stack traceback", "yield", "deep", "in function <")
  same((coroutine.resume(co)), false)
  holds(debug.traceback(co, "message"), "message", "stack traceback", "deep", "in function <")
  holds(debug.traceback(co, nil, 1), "deep")
end)

test("debug.traceback in a task starts where it is called", function()
  local text = debug.traceback("here")
  holds(text, "here", "error_trace_test.lua", "in function <")
end)

test("the traceback handler of xpcall sees the frames below an await", function()
  local function fails()
    async.sleep(0)
    error("oops")
  end
  local function caller()
    fails()
    return 1
  end
  local _, text = xpcall(caller, debug.traceback)
  holds(text, "oops", "fails", "error_trace_test.lua")
end)

test("debug.getinfo and getlocal work on a waiting coroutine", function()
  local co = coroutine.create(function()
    local marked = 42
    coroutine.yield()
    return marked
  end)
  coroutine.resume(co)
  same({ debug.getlocal(co, 1, 1) }, { "marked", 42 })
  same(debug.getinfo(co, 1, "l").currentline, debug.getinfo(1, "l").currentline - 5)
end)

test("a count hook runs inside tasks and does no harm", function()
  local hits = 0
  local task = async.create_task(function()
    debug.sethook(function() hits = hits + 1 end, "", 100)
    for _ = 1, 10 do
      for _ = 1, 1000 do end
      async.sleep(0)
    end
    debug.sethook()
  end)
  async.await(task)
  test.truthy(hits > 10)
end)
