-- The three things await takes: a coroutine object, a task and a future.
local async = require "arun.async"
local await = async.await

local my_coroutine = async(function()
  async.sleep(1)
  return "Result"
end)

local main = async(function()
  local result = await(my_coroutine())
  print(result)

  local task = async.create_task(my_coroutine())
  print(await(task))

  local future = async.future()
  async.call_later(1, function() future:set_result("Result") end)
  print(await(future))
end)

async.run(main())
