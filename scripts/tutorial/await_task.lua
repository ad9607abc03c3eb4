-- Awaiting a task waits for its end and gives its result.
local async = require "arun.async"
local await = async.await

local fetch_data = async(function()
  async.sleep(1)
  return "Data"
end)

local main = async(function()
  local task = async.create_task(fetch_data())
  local result = await(task)
  print("Result: " .. result)
end)

async.run(main())
