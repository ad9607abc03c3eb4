-- switch_cqueues.lua TASKS ROUNDS: coroutines that do nothing but give way to each other.
local cqueues = require "cqueues"
local stopwatch = require "stopwatch"

local count, rounds = tonumber(arg[1]), tonumber(arg[2])

local function give_way()
  for _ = 1, rounds do cqueues.sleep(0) end
end

local report = stopwatch.start(cqueues.monotime)
local controller = cqueues.new()
for _ = 1, count do controller:wrap(give_way) end
assert(controller:loop())
report(count * rounds)
