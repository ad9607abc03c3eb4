-- switch.lua TASKS ROUNDS: tasks that do nothing but give way to each other.
local async = require "arun.async"
local stopwatch = require "stopwatch"

local count, rounds = tonumber(arg[1]), tonumber(arg[2])
local sleep = async.sleep

local give_way = async(function()
  for _ = 1, rounds do sleep(0) end
end)

local report = stopwatch.start(async.time)
local list = {}
for i = 1, count do list[i] = give_way() end
async.gather(list)
report(count * rounds)
