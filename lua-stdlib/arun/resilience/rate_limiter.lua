-- rate_limiter: a token bucket, served in the order of arrival.

local async = require "arun.async"
local options = require "arun.options"
local check = require "arun.resilience.check"

---@class arun.RateLimiter
local Limiter = {}
Limiter.__index = Limiter
Limiter.__name = "rate_limiter"

-- What rounding may leave missing after a wait for the exact time.
local nearly = 1e-9

local function refill(self)
  local now = async.time()
  self.tokens = math.min(self.burst, self.tokens + (now - self.filled) * self.speed)
  self.filled = now
end

local function check_tokens(self, n, what)
  if n == nil then return 1 end
  if type(n) ~= "number" or n ~= n or n <= 0 then
    options.usage(("bad argument #1 to '%s' (a number above 0 expected, got %s)"):format(what,
      type(n) == "number" and tostring(n) or type(n)), 3)
  end
  if n > self.burst then
    options.usage(("bad argument #1 to '%s' (%g tokens at once, the limiter's burst is %g)")
      :format(what, n, self.burst), 3)
  end
  return n
end

---Takes n tokens, suspending until there are enough and all who came before have theirs; without suspending when there
---are enough and nobody waits. A waiter that is cancelled takes none and delays nobody.
---@param n number? default 1, at most the burst
---Raises kind "usage" for more than the burst.
function Limiter:acquire(n)
  n = check_tokens(self, n, "acquire")
  local _ <close> = self.turn:acquire()
  refill(self)
  while self.tokens < n - nearly do
    async.sleep((n - self.tokens) / self.speed)
    refill(self)
  end
  self.tokens = self.tokens - n
end

---Takes n tokens if they are there and nobody waits. Never suspends.
---@param n number? default 1, at most the burst
---@return boolean taken
---Raises kind "usage" for more than the burst.
function Limiter:try_acquire(n)
  n = check_tokens(self, n, "try_acquire")
  if self.turn:locked() then return false end
  refill(self)
  if self.tokens < n - nearly then return false end
  self.tokens = self.tokens - n
  return true
end

return function(given)
  given = options.check(given, { "rate", "per", "burst" })
  local rate = check.number(given, "rate", nil, { above = 0, most = 1e9 })
  local per = check.number(given, "per", 1, { above = 0, most = 1e9 })
  local burst = check.number(given, "burst", math.max(1, rate), { above = 0 })
  return setmetatable({
    speed = rate / per,
    burst = burst,
    tokens = burst,
    filled = async.time(),
    turn = async.lock(),
  }, Limiter)
end
