-- as_completed: an iterator of finished tasks, in the order in which they end.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function after(turns, value)
  return function()
    support.turns(turns)
    return value
  end
end

test("in the order in which they end", function()
  local seen = {}
  for task in async.as_completed { after(3, "c"), async(after(1, "a"))(), async.create_task(after(2, "b")) } do
    truthy(task:done())
    seen[#seen + 1] = async.await(task)
  end
  same(seen, { "a", "b", "c" })
end)

test("errors are raised by who awaits the task, and the loop may go on", function()
  local log = {}
  for task in async.as_completed { after(2, "fine"), function() error("oops", 0) end } do
    log[#log + 1] = { pcall(async.await, task) }
  end
  same(log, { { false, "oops" }, { true, "fine" } })
end)

test("duplicates count once; an empty list has no steps", function()
  local task, count = async.create_task(after(1)), 0
  for _ in async.as_completed { task, task } do count = count + 1 end
  for _ in async.as_completed {} do count = count + 1 end
  same(count, 1)
end)

test("futures are given themselves", function()
  local slow, fast = async.future(), async.future()
  async.call_soon(function()
    fast:set_result("fast")
    slow:set_error("slow")
  end)
  local seen = {}
  for future in async.as_completed { slow, fast } do seen[#seen + 1] = select(2, pcall(async.await, future)) end
  same(seen, { "fast", "slow" })
end)

test("leaving the loop leaves the rest running", function()
  local slow = support.forever()
  for task in async.as_completed { slow, after(0) } do
    if task ~= slow then break end
  end
  support.turns()
  same(slow:done(), false)
  slow:cancel()
  support.cancelled(slow)
end)

test("a timeout for all of it", function()
  local slow, seen = support.forever(), 0
  local err = test.raises("timeout", function()
    for _ in async.as_completed({ after(0), slow, after(1) }, 0.002) do seen = seen + 1 end
  end)
  same({ err.phase, seen, slow:done() }, { "total", 2, false })
  slow:cancel()
  support.cancelled(slow)
end)

test("in time", function()
  local seen = 0
  for _ in async.as_completed({ after(0), after(2) }, 10) do seen = seen + 1 end
  same(seen, 2)
end)

test("the loop's body may await, in which time several end", function()
  local seen = {}
  for task in async.as_completed { after(1, 1), after(2, 2), after(3, 3) } do
    seen[#seen + 1] = task:result()
    support.turns(5)
  end
  same(seen, { 1, 2, 3 })
end)

test("an iterator dropped with tasks pending, and collected", function()
  local future = async.future()
  local task = async.create_task(function() return async.await(future) end)
  do
    local next_task = async.as_completed { task, after(0) }
    next_task()
  end
  collectgarbage()
  collectgarbage()
  future:set_result(1)
  same(async.await(task), 1)
end)

test("closed while another task asks for the next: there is none", function()
  local next_ended, _, _, watch = async.as_completed { async.future() }
  local task = async.create_task(next_ended)
  async.sleep(0)
  do local _ <close> = watch end
  same(async.await(task), nil)
end)
