-- What happens when: a coroutine starts when it is awaited, pauses, and resumes in place.
local async = require "arun.async"
local await = async.await

local simple_coroutine = async(function()
  print("Coroutine started")
  async.sleep(1)
  print("Coroutine resumed")
  return "Done"
end)

local main = async(function()
  print("Before calling coroutine")
  local result = await(simple_coroutine())
  print("Result: " .. result)
  print("After coroutine")
end)

async.run(main())
