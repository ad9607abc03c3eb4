-- sleepers.lua TASKS: tasks that each sleep a random 1 to 2 s, all at once.
local async = require "arun.async"
local stopwatch = require "stopwatch"

local count = tonumber(arg[1])

local function start_sleeper()
  return async.create_task(async.sleep, 1 + math.random())
end

local before = stopwatch.memory("VmRSS")
local report = stopwatch.start(async.time)
local list = {}
for i = 1, count do list[i] = start_sleeper() end
async.gather(list)
report(count, (stopwatch.memory("VmHWM") - before) / count)
