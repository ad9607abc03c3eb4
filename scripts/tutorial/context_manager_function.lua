-- A context manager written as one function: set up, yield the handle, clean up.
local async = require "arun.async"

local async_file_handler = async.context_manager(function(filename)
  print("Opening " .. filename)
  async.sleep(1)

  coroutine.yield("Handle to " .. filename)

  print("Closing " .. filename) -- what follows the yield runs however the body ends
  async.sleep(1)
end)

local function work(filename, problem)
  local _ <close>, handle = async_file_handler(filename)
  print("Working with " .. handle)
  async.sleep(1)
  if problem then error(problem, 0) end
end

local main = async(function()
  work("data.txt")

  local _, err = pcall(work, "data.txt", "Something went wrong!")
  print("Caught error: " .. err)
end)

async.run(main())
