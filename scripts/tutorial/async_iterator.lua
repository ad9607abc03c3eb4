-- An iterator that awaits: a for loop over an object whose __call sleeps before each value.
local async = require "arun.async"

local AsyncCounter = {}
AsyncCounter.__index = AsyncCounter

function AsyncCounter.new(start, stop)
  return setmetatable({ current = start, stop = stop }, AsyncCounter)
end

function AsyncCounter:__call()
  if self.current >= self.stop then return nil end

  async.sleep(0.5)
  local value <const> = self.current
  self.current = value + 1
  return value
end

local main = async(function()
  for num in AsyncCounter.new(1, 5) do
    print(num)
  end
end)

async.run(main())
