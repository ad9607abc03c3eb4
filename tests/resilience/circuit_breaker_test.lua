-- circuit_breaker: its states, and which calls pass.
local async = require "arun.async"
local resilience = require "arun.resilience"
local t = require "harness"
local test, eq, ok = t.test, t.eq, t.ok

local function fail() error("down", 0) end
local function succeed(...) return ... end

local function new_breaker(failures, reset)
  local log = {}
  local breaker = resilience.circuit_breaker {
    failures = failures, reset = reset,
    on_change = function(from, to) log[#log + 1] = from .. ">" .. to end,
  }
  return breaker, log
end

local function call_fails(breaker, count)
  for _ = 1, count do eq({ pcall(breaker.call, breaker, fail) }, { false, "down" }) end
end

test("passes arguments, results and errors", function()
  local breaker = resilience.circuit_breaker()
  eq(table.pack(breaker:call(succeed, 1, nil, 3, nil)), { n = 4, 1, nil, 3, nil })
  eq(breaker:call(async(function(x) async.sleep(0) return x end), 7), 7)
  call_fails(breaker, 4)
  eq(breaker:state(), "closed")
  call_fails(breaker, 1)
  eq(breaker:state(), "open")
end)

test("opens after failures in a row", function()
  local breaker, log = new_breaker(3, 10)
  call_fails(breaker, 2)
  breaker:call(succeed)
  call_fails(breaker, 2)
  eq(breaker:state(), "closed")
  call_fails(breaker, 1)
  eq(breaker:state(), "open")
  eq(log, { "closed>open" })
end)

test("refuses while open, and says for how long", function()
  local breaker = new_breaker(1, 10)
  call_fails(breaker, 1)
  local called = false
  local err = t.raises("open", breaker.call, breaker, function() called = true end)
  ok(not called)
  ok(err.retry_after > 9 and err.retry_after <= 10, tostring(err.retry_after))
  ok(tostring(err):find("the circuit is open", 1, true))
end)

test("after the reset time a call decides: success closes", function()
  local breaker, log = new_breaker(2, 0.05)
  call_fails(breaker, 2)
  async.sleep(0.055)
  eq(breaker:state(), "half_open")
  eq(breaker:call(succeed, "up"), "up")
  eq(log, { "closed>open", "open>half_open", "half_open>closed" })
  call_fails(breaker, 1)
  eq(breaker:state(), "closed", "the count begins anew")
end)

test("after the reset time a call decides: one failure opens again", function()
  local breaker, log = new_breaker(2, 0.05)
  call_fails(breaker, 2)
  async.sleep(0.055)
  call_fails(breaker, 1)
  eq(breaker:state(), "open")
  eq(log, { "closed>open", "open>half_open", "half_open>open" })
  t.raises("open", breaker.call, breaker, succeed)
end)

test("wrong options", function()
  t.raises("usage", resilience.circuit_breaker, { failures = 0 })
  t.raises("usage", resilience.circuit_breaker, { reset = -1 })
  t.raises("usage", resilience.circuit_breaker, { on_change = 1 })
  t.raises("did you mean 'failures'", resilience.circuit_breaker, { failure = 1 })
end)
