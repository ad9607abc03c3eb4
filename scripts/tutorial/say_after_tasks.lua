-- The same two coroutines as tasks: they overlap, so two seconds are enough.
local async = require "arun.async"
local await = async.await

local say_after = async(function(delay, what)
  async.sleep(delay)
  print(what)
end)

local main = async(function()
  local task1 = async.create_task(say_after(1, "hello"))
  local task2 = async.create_task(say_after(2, "world"))

  print("Started at " .. os.date("%X"))
  await(task1)
  await(task2)
  print("Finished at " .. os.date("%X"))
end)

async.run(main())
