-- A main coroutine: it says two words, a second apart, without blocking the loop.
local async = require "arun.async"

local main = async(function()
  print("Hello")
  async.sleep(1)
  print("World")
end)

async.run(main())
