-- Two coroutines awaited one after the other: their times add up to three seconds.
local async = require "arun.async"
local await = async.await

local say_after = async(function(delay, what)
  async.sleep(delay)
  print(what)
end)

local main = async(function()
  print("Started at " .. os.date("%X"))
  await(say_after(1, "hello"))
  await(say_after(2, "world"))
  print("Finished at " .. os.date("%X"))
end)

async.run(main())
