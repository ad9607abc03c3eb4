-- A bit of everything of arun.resilience that allocates.
local async = require "arun.async"
local resilience = require "arun.resilience"

local found = {}
local function note(...)
  for _, value in ipairs { ... } do found[#found + 1] = tostring(value) end
end

local calls = 0
local function flaky()
  calls = calls + 1
  async.sleep(0)
  if calls < 3 then error({ kind = "io" }, 0) end
  return calls
end
note(resilience.retry(flaky, { attempts = 5, base = 0, retry_on = { "io" }, on_retry = function(_, n) note(n) end }))

local breaker = resilience.circuit_breaker { failures = 2, reset = 10, on_change = note }
for _ = 1, 2 do pcall(breaker.call, breaker, error, "down") end
note(select(2, pcall(breaker.call, breaker, flaky)).kind, breaker:state())

local limiter = resilience.rate_limiter { rate = 10000, burst = 1 }
async.map({ 1, 2, 3 }, function(n)
  limiter:acquire()
  note(n)
end)

local cached = resilience.lru_cache(function(...)
  async.sleep(0)
  return select("#", ...), ...
end, { maxsize = 2, ttl = 60 })
local twice = async.gather { function() return cached(1, nil, 0.5) end, function() return cached(1, nil, 0.5) end }
note(twice[1], twice[2], cached("a"), cached("b"), cached:info().misses)

result = table.concat(found, " ")
