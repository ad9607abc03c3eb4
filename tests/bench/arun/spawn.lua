-- spawn.lua TASKS BATCH: gather trivial tasks.
local async = require "arun.async"
local stopwatch = require "stopwatch"

local total, batch = tonumber(arg[1]), tonumber(arg[2])

local identity = async(function(x)
  return x
end)

local report = stopwatch.start(async.time)
for _ = 1, total // batch do
  local list = {}
  for i = 1, batch do list[i] = identity(i) end
  local results = async.gather(list)
  assert(results[batch] == batch)
end
report(total)
