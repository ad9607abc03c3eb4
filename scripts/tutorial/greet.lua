-- A coroutine that takes an argument.
local async = require "arun.async"

local greet = async(function(name)
  print("Hello, " .. name)
  async.sleep(1)
  print("Goodbye, " .. name)
end)

async.run(greet("Alice"))
