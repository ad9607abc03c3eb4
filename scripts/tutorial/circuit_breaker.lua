-- A circuit breaker: after three failures it refuses calls, and later lets one through to try.
local async = require "arun.async"
local resilience = require "arun.resilience"

local healthy = false

local call_service = async(function()
  async.sleep(0.1)
  if not healthy then error("Service unavailable", 0) end
  return "Success"
end)

local breaker = resilience.circuit_breaker{
  failures = 3,
  reset = 1,
  on_change = function(from, to)
    print(("Circuit breaker: %s -> %s"):format(from, to))
  end,
}

local function try_service()
  local ok, result = pcall(breaker.call, breaker, call_service)
  if ok then
    print("Call succeeded: " .. result)
  elseif result.kind == "open" then
    print("Call refused, the circuit is open")
  else
    print("Call failed: " .. result)
  end
end

local main = async(function()
  for _ = 1, 4 do try_service() end -- three fail and open the circuit, the fourth is refused

  async.sleep(1)
  try_service() -- the trial call fails, and the circuit opens again

  async.sleep(1)
  healthy = true
  try_service() -- this one succeeds
  print("Final state: " .. breaker:state())
end)

async.run(main())
