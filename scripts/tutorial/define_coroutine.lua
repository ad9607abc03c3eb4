-- Calling an async function makes a coroutine object; running the object gives the result.
local async = require "arun.async"

local function regular_function()
  return "Hello"
end

local coroutine_function = async(function()
  return "Hello"
end)

print(regular_function())

local coro = coroutine_function()
print(coro)
print(async.run(coro))
