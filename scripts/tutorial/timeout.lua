-- wait_for gives up on a slow operation, and cancels it.
local async = require "arun.async"

local slow_operation = async(function()
  async.sleep(5)
  return "Done"
end)

local main = async(function()
  local ok, result = pcall(async.wait_for, slow_operation(), 2)
  if ok then
    print(result)
  elseif result.kind == "timeout" then
    print("Operation timed out!")
  else
    error(result, 0)
  end
end)

async.run(main())
