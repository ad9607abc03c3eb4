-- A failing operation, tried again after waits that double.
local async = require "arun.async"
local resilience = require "arun.resilience"

local attempt = 0

local unstable_operation = async(function()
  attempt = attempt + 1
  print("Attempt " .. attempt)
  if attempt < 4 then error("Service unavailable", 0) end
  return "Success"
end)

local main = async(function()
  local result = resilience.retry(unstable_operation, {
    attempts = 5,
    base = 0.2,
    factor = 2,
    jitter = false,
    on_retry = function(err, _, delay)
      print(("%s, trying again in %.1f seconds"):format(err, delay))
    end,
  })
  print("Result: " .. result)
end)

async.run(main())
