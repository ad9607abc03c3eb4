-- One coroutine run alone, then two as tasks, whose output overlaps.
local async = require "arun.async"
local await = async.await

local task_one = async(function()
  print("Task One Started")
  async.sleep(2)
  print("Task One Completed")
end)

local task_two = async(function()
  print("Task Two Started")
  async.sleep(1)
  print("Task Two Completed")
end)

async.run(task_one())

local main = async(function()
  local t1 = async.create_task(task_one())
  local t2 = async.create_task(task_two())
  await(t1)
  await(t2)
end)

async.run(main())
