-- retry: the waits between the attempts.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

-- The waits that on_retry is told of.
local function waits(given)
  local seen, sum = {}, 0
  given.on_retry = function(err, attempt, wait)
    same(err, "no")
    same(attempt, #seen + 1)
    seen[attempt] = wait
    sum = sum + wait
  end
  local start = async.time()
  pcall(resilience.retry, function() error("no", 0) end, given)
  local took = async.time() - start
  truthy(took >= sum - 0.002, ("waited %g s of %g s"):format(took, sum))
  return seen
end

test("grow by the factor, up to the longest", function()
  same(waits { attempts = 6, base = 2 ^ -10, factor = 2, max = 2 ^ -7, jitter = false },
    { 2 ^ -10, 2 ^ -9, 2 ^ -8, 2 ^ -7, 2 ^ -7 })
  same(waits { attempts = 3, base = 0, jitter = false }, { 0.0, 0.0 })
end)

test("jitter leaves a part of each wait to chance", function()
  local low, high = math.huge, 0
  for _ = 1, 100 do
    local wait = waits({ attempts = 2, base = 0.0001, jitter = 0.5 })[1]
    low, high = math.min(low, wait), math.max(high, wait)
  end
  truthy(low >= 0.00005 and high <= 0.0001, ("%g to %g"):format(low, high))
  truthy(high - low > 0.00001, "waits differ")
end)

test("an async on_retry is waited for", function()
  local log = {}
  resilience.retry(function()
    log[#log + 1] = "call"
    if #log < 3 then error "no" end
  end, { base = 0, on_retry = async(function()
    async.sleep(0)
    log[#log + 1] = "told"
  end) })
  same(log, { "call", "told", "call" })
end)

test("waits of many attempts stay finite", function()
  local count = 0
  local err = test.raises("stop", resilience.retry, function() error "no" end, {
    attempts = math.huge, base = 1e-9, factor = 1e300, max = 0, jitter = 1,
    on_retry = function(_, attempt, wait)
      count = attempt
      same(wait, 0.0)
      if attempt == 50 then error "stop" end
    end,
  })
  truthy(err)
  same(count, 50)
end)
