-- One loop, two tasks: the shorter ends first, the results keep the order of the calls.
local async = require "arun.async"

local task1 = async(function()
  print("Task 1 started")
  async.sleep(2)
  print("Task 1 completed")
  return "Result 1"
end)

local task2 = async(function()
  print("Task 2 started")
  async.sleep(1)
  print("Task 2 completed")
  return "Result 2"
end)

local main = async(function()
  print("Starting event loop")
  local results = async.gather{ task1(), task2() }
  print("Results: " .. table.concat(results, ", "))
end)

async.run(main())
