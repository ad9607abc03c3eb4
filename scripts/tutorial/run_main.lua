-- run takes a plain function as well, and hands it the arguments that follow.
local async = require "arun.async"

local function main(first, second)
  print(first)
  async.sleep(1)
  print(second)
end

async.run(main, "Hello", "World")
