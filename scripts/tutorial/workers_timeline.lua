-- Three workers on one loop, with the time of each step.
local async = require "arun.async"

local function log(message, ...)
  print(os.date("%H:%M:%S") .. " - " .. message:format(...))
end

local worker = async(function(name, delay)
  log("%s: Starting", name)
  async.sleep(delay)
  log("%s: Finished", name)
  return name .. " result"
end)

local main = async(function()
  log("Main: Starting")
  local results = async.gather{
    worker("Worker-1", 3),
    worker("Worker-2", 1),
    worker("Worker-3", 2),
  }
  log("Main: All done")
  print("Results: " .. table.concat(results, ", "))
end)

async.run(main())
