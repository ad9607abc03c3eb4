-- switch_luv.lua TASKS ROUNDS: coroutines that do nothing but give way to each other.
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local count, rounds = tonumber(arg[1]), tonumber(arg[2])
local give_way = tasks.give_way

local report = stopwatch.start(tasks.clock)
for _ = 1, count do
  tasks.spawn(function()
    for _ = 1, rounds do give_way() end
  end)
end
tasks.run()
report(count * rounds)
