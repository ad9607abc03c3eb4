-- The same two steps awaited in turn (two seconds), then gathered (one second).
local async = require "arun.async"
local await = async.await

local step1 = async(function()
  print("Step 1: Starting")
  async.sleep(1)
  print("Step 1: Done")
  return "Result 1"
end)

local step2 = async(function()
  print("Step 2: Starting")
  async.sleep(1)
  print("Step 2: Done")
  return "Result 2"
end)

local main = async(function()
  local result1 = await(step1())
  local result2 = await(step2())
  print(("Sequential: %s, %s"):format(result1, result2))

  result1, result2 = table.unpack(async.gather{ step1(), step2() })
  print(("Concurrent: %s, %s"):format(result1, result2))
end)

async.run(main())
