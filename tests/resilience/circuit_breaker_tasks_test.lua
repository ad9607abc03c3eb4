-- circuit_breaker with several tasks: one trial at a time, calls that end late, cancellation.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same = test.same

local function fail() error("down", 0) end

-- A breaker that is half-open.
local function half_open()
  local breaker = resilience.circuit_breaker { failures = 1, reset = 0.005 }
  pcall(breaker.call, breaker, fail)
  async.sleep(0.007)
  return breaker
end

-- A task with a call that waits for the future.
local function waiting_call(breaker, future)
  local task = async.create_task(function() return breaker:call(async.await, future) end)
  async.sleep(0)
  return task
end

test("half-open lets one call through, the others are refused", function()
  local breaker, answer = half_open(), async.future()
  local trial = waiting_call(breaker, answer)
  same(test.raises("open", breaker.call, breaker, print).retry_after, 0.005)
  answer:set_result("up")
  same(async.await(trial), "up")
  same(breaker:state(), "closed")
end)

test("a cancelled trial decides nothing: the next call is the trial", function()
  local breaker = half_open()
  local trial = waiting_call(breaker, async.future())
  trial:cancel()
  test.raises("cancelled", async.await, trial)
  same(breaker:state(), "half_open")
  same(breaker:call(function() return "up" end), "up")
  same(breaker:state(), "closed")
end)

test("a cancelled call is no failure", function()
  local breaker = resilience.circuit_breaker { failures = 1 }
  local call = waiting_call(breaker, async.future())
  call:cancel()
  test.raises("cancelled", async.await, call)
  same(breaker:state(), "closed")
end)

test("a late success of before does not close the open circuit", function()
  local breaker, late = resilience.circuit_breaker { failures = 1, reset = 10 }, async.future()
  local call = waiting_call(breaker, late)
  pcall(breaker.call, breaker, fail)
  late:set_result("late")
  same(async.await(call), "late")
  same(breaker:state(), "open")
end)

test("a late failure of before does not open the closed circuit again", function()
  local breaker, late = resilience.circuit_breaker { failures = 1, reset = 0.005 }, async.future()
  local call = waiting_call(breaker, late)
  pcall(breaker.call, breaker, fail)
  async.sleep(0.007)
  breaker:call(function() end)
  late:set_error("late")
  same({ pcall(async.await, call) }, { false, "late" })
  same(breaker:state(), "closed")
end)

test("an async on_change is waited for", function()
  local seen
  local breaker = resilience.circuit_breaker { failures = 1, on_change = async(function(_, to)
    async.sleep(0)
    seen = to
  end) }
  same({ pcall(breaker.call, breaker, fail) }, { false, "down" })
  same(seen, "open")
end)
