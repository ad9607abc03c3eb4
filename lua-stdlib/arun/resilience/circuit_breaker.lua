-- circuit_breaker: no calls for a while to what keeps failing.
--
-- closed --(failures in a row)--> open --(reset seconds, then a call)--> half_open --(it succeeds)--> closed
--                                  ^                                        |
--                                  +----------------(it fails)--------------+

local async = require "arun.async"
local core = require "arun.native.core"
local invoke = require "arun.async.invoke"
local options = require "arun.options"
local check = require "arun.resilience.check"

---@class arun.CircuitBreaker
local Breaker = {}
Breaker.__index = Breaker
Breaker.__name = "circuit_breaker"

-- What came of a call counts only while the breaker is in the state in which the call began: `era` counts the changes.
local function change(self, to)
  local from = self.now
  self.now = to
  self.era = self.era + 1
  self.count = 0
  self.trial = false
  if to == "open" then self.reopens = async.time() + self.reset end
  if self.on_change then invoke(self.on_change, from, to) end
end

-- A call that is let through; it tells the breaker what came of it, however it ends.
local Call = {}
Call.__index = Call

function Call:__close(err)
  local breaker = self.breaker
  if breaker.era ~= self.era then return end
  if self.succeeded then
    if breaker.now == "half_open" then return change(breaker, "closed") end
    breaker.count = 0
  elseif core.is_error(err, "cancelled") then
    -- Neither good nor bad: the next call is the trial.
    if breaker.now == "half_open" then breaker.trial = false end
  else
    breaker.count = breaker.count + 1
    if breaker.now == "half_open" or breaker.count >= breaker.failures then change(breaker, "open") end
  end
end

local function refuse(seconds)
  error(core.error {
    kind = "open", message = ("the circuit is open, retry after %.3g s"):format(seconds), retry_after = seconds,
  }, 0)
end

local function begin(self)
  if self.now == "open" then
    local left = self.reopens - async.time()
    if left > 0 then refuse(left) end
    change(self, "half_open")
  end
  if self.now == "half_open" then
    if self.trial then refuse(self.reset) end
    self.trial = true
  end
  return setmetatable({ breaker = self, era = self.era, succeeded = false }, Call)
end

local function succeed(call, ...)
  call.succeeded = true
  return ...
end

---Calls fn, or refuses to. An error of fn counts as a failure, a cancellation as neither failure nor success: a time
---limit whose end is to count goes inside fn.
---@param fn function|any a function, or a coroutine object
---@param ... any the function's arguments
---@return any ... the results of fn
---Raises kind "open" with `retry_after` (seconds until the next call may pass) while the circuit is open, and while the
---one call of the half-open state runs; fn's own error as it is.
function Breaker:call(fn, ...)
  local call <close> = begin(self)
  return succeed(call, invoke(fn, ...))
end

---The state: "closed" (calls pass), "open" (calls are refused), "half_open" (the next call, or the one that runs,
---decides).
---@return "closed"|"open"|"half_open"
function Breaker:state()
  if self.now == "open" and async.time() >= self.reopens then return "half_open" end
  return self.now
end

function Breaker:__tostring() return ("<circuit_breaker %s>"):format(self:state()) end

return function(given)
  given = options.check(given, { "failures", "reset", "on_change" })
  return setmetatable({
    failures = check.number(given, "failures", 5, { least = 1, integer = true }),
    reset = check.number(given, "reset", 30, { least = 0 }),
    on_change = check.fn(given, "on_change"),
    now = "closed",
    era = 0,
    count = 0,
    trial = false,
  }, Breaker)
end
