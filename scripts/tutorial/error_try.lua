-- An error raised in a coroutine surfaces where it is awaited, and pcall catches it there.
local async = require "arun.async"
local await = async.await

local risky_operation = async(function()
  async.sleep(1)
  error("Something went wrong!", 0)
end)

local main = async(function()
  local ok, err = pcall(await, risky_operation())
  if not ok then
    print("Caught error: " .. err)
  end
end)

async.run(main())
