-- retry: another attempt after a failure, and another.

local async = require "arun.async"
local core = require "arun.native.core"
local invoke = require "arun.async.invoke"
local options = require "arun.options"
local check = require "arun.resilience.check"

local names = { "attempts", "base", "factor", "max", "jitter", "retry_on", "on_retry" }

local usual_jitter = 0.5

local function jitter_option(given)
  local jitter = given.jitter
  if jitter == nil or jitter == true then return usual_jitter end
  if jitter == false then return 0 end
  if type(jitter) ~= "number" or not (jitter >= 0 and jitter <= 1) then
    check.wrong("jitter", "true, false or a number from 0 to 1", jitter)
  end
  return jitter
end

-- The option retry_on as a function of the error.
local function retry_on_option(given)
  local wanted = given.retry_on
  if wanted == nil then return function() return true end end
  if check.callable(wanted) then return function(err) return invoke(wanted, err) end end
  local kinds = {}
  if type(wanted) == "string" then
    kinds[wanted] = true
  elseif type(wanted) == "table" then
    for _, kind in ipairs(wanted) do kinds[kind] = true end
  else
    check.wrong("retry_on", "a function, a kind or a list of kinds", wanted)
  end
  return function(err) return type(err) == "table" and err.kind ~= nil and kinds[err.kind] == true end
end

-- Seconds to wait after so many attempts. The power may be infinite, times a base of 0 even NaN.
local function wait_after(attempt, plan)
  local wait = plan.base == 0 and 0 or math.min(plan.base * plan.factor ^ (attempt - 1), plan.max)
  return wait * (1 - plan.jitter * math.random())
end

return function(fn, given)
  given = options.check(given, names)
  local plan = {
    attempts = check.number(given, "attempts", 3, { least = 1, integer = true }),
    base = check.number(given, "base", 0.1, { least = 0 }),
    factor = check.number(given, "factor", 2, { above = 0 }),
    max = check.number(given, "max", 30, { least = 0 }),
    jitter = jitter_option(given),
  }
  local worth_it = retry_on_option(given)
  local on_retry = check.fn(given, "on_retry")
  local attempts = check.callable(fn) and plan.attempts or 1
  for attempt = 1, attempts - 1 do
    local outcome = table.pack(pcall(invoke, fn))
    if outcome[1] then return table.unpack(outcome, 2, outcome.n) end
    local err = outcome[2]
    if core.is_error(err, "cancelled") or not worth_it(err) then error(err, 0) end
    local wait = wait_after(attempt, plan)
    if on_retry then invoke(on_retry, err, attempt, wait) end
    async.sleep(wait)
  end
  return invoke(fn)
end
