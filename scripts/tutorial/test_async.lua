-- The test of an async function: `arun test test_async.lua`.
local async = require "arun.async"
local test = require "arun.test"

local some_async_function = async(function()
  async.sleep(1)
  return 42
end)

test("some_async_function", function(t)
  local expected = 42
  local result = async.await(some_async_function())
  t.eq(result, expected)
end)
