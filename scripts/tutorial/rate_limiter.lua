-- Ten calls to an API that allows two a second: each waits for its turn.
local async = require "arun.async"
local resilience = require "arun.resilience"

local make_api_call = async(function(limiter, call_id)
  limiter:acquire()
  print("Making API call " .. call_id)
  async.sleep(0.5) -- the call itself
  return "Result " .. call_id
end)

local main = async(function()
  local limiter = resilience.rate_limiter{ rate = 2, per = 1 }

  local calls = {}
  for i = 0, 9 do
    calls[#calls + 1] = make_api_call(limiter, i)
  end
  local results = async.gather(calls)

  print(("Completed %d calls"):format(#results))
end)

async.run(main())
