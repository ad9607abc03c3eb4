-- The results of two tasks that ran at the same time.
local async = require "arun.async"
local await = async.await

local calculate = async(function(x, y)
  async.sleep(1)
  return x + y
end)

local main = async(function()
  local task1 = async.create_task(calculate(5, 3))
  local task2 = async.create_task(calculate(10, 20))

  local result1 = await(task1)
  local result2 = await(task2)

  print(("Results: %d, %d"):format(result1, result2))
end)

async.run(main())
