-- circuit_breaker: its states, and which calls pass.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

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
  for _ = 1, count do same({ pcall(breaker.call, breaker, fail) }, { false, "down" }) end
end

test("passes arguments, results and errors", function()
  local breaker = resilience.circuit_breaker()
  same(table.pack(breaker:call(succeed, 1, nil, 3, nil)), { n = 4, 1, nil, 3, nil })
  same(breaker:call(async(function(x) async.sleep(0) return x end), 7), 7)
  call_fails(breaker, 4)
  same(breaker:state(), "closed")
  call_fails(breaker, 1)
  same(breaker:state(), "open")
end)

test("opens after failures in a row", function()
  local breaker, log = new_breaker(3, 10)
  call_fails(breaker, 2)
  breaker:call(succeed)
  call_fails(breaker, 2)
  same(breaker:state(), "closed")
  call_fails(breaker, 1)
  same(breaker:state(), "open")
  same(log, { "closed>open" })
end)

test("refuses while open, and says for how long", function()
  local breaker = new_breaker(1, 10)
  call_fails(breaker, 1)
  local called = false
  local err = test.raises("open", breaker.call, breaker, function() called = true end)
  truthy(not called)
  truthy(err.retry_after > 9 and err.retry_after <= 10, tostring(err.retry_after))
  truthy(tostring(err):find("the circuit is open", 1, true))
end)

test("after the reset time a call decides: success closes", function()
  local breaker, log = new_breaker(2, 0.05)
  call_fails(breaker, 2)
  async.sleep(0.055)
  same(breaker:state(), "half_open")
  same(breaker:call(succeed, "up"), "up")
  same(log, { "closed>open", "open>half_open", "half_open>closed" })
  call_fails(breaker, 1)
  same(breaker:state(), "closed", "the count begins anew")
end)

test("after the reset time a call decides: one failure opens again", function()
  local breaker, log = new_breaker(2, 0.05)
  call_fails(breaker, 2)
  async.sleep(0.055)
  call_fails(breaker, 1)
  same(breaker:state(), "open")
  same(log, { "closed>open", "open>half_open", "half_open>open" })
  test.raises("open", breaker.call, breaker, succeed)
end)

test("wrong options", function()
  test.raises("usage", resilience.circuit_breaker, { failures = 0 })
  test.raises("usage", resilience.circuit_breaker, { reset = -1 })
  test.raises("usage", resilience.circuit_breaker, { on_change = 1 })
  test.raises("did you mean 'failures'", resilience.circuit_breaker, { failure = 1 })
end)
