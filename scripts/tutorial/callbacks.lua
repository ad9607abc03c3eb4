-- The callback style, and the same operation awaited: a future leads from one to the other.
local async = require "arun.async"
local await = async.await

local function async_task(callback)
  async.call_later(1, callback, "Data")
end

local function callback_function(result)
  print("Callback result: " .. result)
end

local awaited_task = async(function()
  local future = async.future()
  async_task(function(result) future:set_result(result) end)
  return await(future)
end)

local main = async(function()
  async_task(callback_function)
  print("Awaited result: " .. await(awaited_task()))
end)

async.run(main())
