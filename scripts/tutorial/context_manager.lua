-- A resource of one's own: <close> releases it, awaiting if it must, also after an error.
local async = require "arun.async"

local AsyncResource = {}
AsyncResource.__index = AsyncResource

function AsyncResource.acquire(name)
  print("Acquiring " .. name)
  async.sleep(1)
  return setmetatable({ name = name }, AsyncResource)
end

function AsyncResource:use()
  print("Using " .. self.name)
  async.sleep(1)
end

function AsyncResource:__close()
  print("Releasing " .. self.name)
  async.sleep(1)
end

local function use_resource(problem)
  local resource <close> = AsyncResource.acquire("resource")
  resource:use()
  if problem then error(problem, 0) end
end

local main = async(function()
  use_resource()

  local _, err = pcall(use_resource, "Something went wrong!")
  print("Caught error: " .. err)
end)

async.run(main())
