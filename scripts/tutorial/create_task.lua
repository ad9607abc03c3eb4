-- Tasks start as soon as their maker waits for something, not before.
local async = require "arun.async"
local await = async.await

local say_after = async(function(delay, message)
  async.sleep(delay)
  print(message)
end)

local main = async(function()
  local task1 = async.create_task(say_after(1, "Hello"))
  local task2 = async.create_task(say_after(2, "World"))

  print("Tasks created")

  await(task1)
  await(task2)

  print("All done")
end)

async.run(main())
