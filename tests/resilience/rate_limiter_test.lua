-- rate_limiter: the pace, the burst, the order.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local function seconds(fn)
  local start = async.time()
  fn()
  return async.time() - start
end

test("a burst at once, then the rate", function()
  local limiter = resilience.rate_limiter { rate = 5, per = 0.1, burst = 3 }
  local suspended = false
  local other = async.create_task(function() suspended = true end)
  for _ = 1, 3 do limiter:acquire() end
  truthy(not suspended, "the burst does not wait")
  local took = seconds(function() for _ = 1, 5 do limiter:acquire() end end)
  truthy(took >= 0.095 and took < 0.18, ("5 tokens took %g s"):format(took))
  async.await(other)
end)

test("never more than the rate and the burst in any stretch of time", function()
  local limiter = resilience.rate_limiter { rate = 200, burst = 2 }
  local times = {}
  async.map({ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, function()
    limiter:acquire()
    times[#times + 1] = async.time()
  end)
  for i = 1, #times do
    for j = i, #times do
      local allowed = 2 + (times[j] - times[i]) * 200
      truthy(j - i + 1 <= allowed + 0.01, ("%d in %g s"):format(j - i + 1, times[j] - times[i]))
    end
  end
end)

test("several tokens at once, and parts of one", function()
  local limiter = resilience.rate_limiter { rate = 100, burst = 4 }
  limiter:acquire(3.5)
  truthy(not limiter:try_acquire(1))
  local took = seconds(function() limiter:acquire(2) end)
  truthy(took >= 0.013 and took < 0.1, ("%g s"):format(took))
  test.raises("usage", limiter.acquire, limiter, 5)
  test.raises("usage", limiter.try_acquire, limiter, 5)
  test.raises("usage", limiter.acquire, limiter, 0)
  test.raises("usage", limiter.acquire, limiter, "1")
  test.raises("usage", limiter.acquire, limiter, 0 / 0)
  limiter = resilience.rate_limiter { rate = 1, burst = math.huge }
  test.raises("usage", limiter.acquire, limiter, math.huge)
  truthy(limiter:try_acquire(1e300))
end)

test("try_acquire takes what is there, and does not overtake", function()
  local limiter = resilience.rate_limiter { rate = 100, burst = 2 }
  same({ limiter:try_acquire(), limiter:try_acquire(), limiter:try_acquire() }, { true, true, false })
  async.sleep(0.012)
  same(limiter:try_acquire(), true)
  local waiter = async.create_task(function() limiter:acquire(2) end)
  async.sleep(0.012)
  same(limiter:try_acquire(), false, "one token is there, but somebody waits for two")
  async.await(waiter)
end)

test("served in the order of arrival, whatever they want", function()
  local limiter = resilience.rate_limiter { rate = 500, burst = 3 }
  local order = {}
  limiter:acquire(3)
  async.map({ 3, 1, 2, 1 }, function(n)
    limiter:acquire(n)
    order[#order + 1] = n
  end)
  same(order, { 3, 1, 2, 1 })
end)

test("the burst is the rate by default, but at least 1", function()
  local limiter = resilience.rate_limiter { rate = 3, per = 60 }
  same({ limiter:try_acquire(3), limiter:try_acquire() }, { true, false })
  limiter = resilience.rate_limiter { rate = 0.5 }
  same({ limiter:try_acquire(), limiter:try_acquire() }, { true, false })
end)

test("wrong options", function()
  test.raises("option 'rate'", resilience.rate_limiter, {})
  test.raises("option 'rate'", resilience.rate_limiter, { rate = 0 })
  test.raises("option 'per'", resilience.rate_limiter, { rate = 1, per = -1 })
  test.raises("option 'burst'", resilience.rate_limiter, { rate = 1, burst = 0 })
  test.raises("did you mean 'rate'", resilience.rate_limiter, { rat = 1 })
end)
