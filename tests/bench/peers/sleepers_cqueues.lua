-- sleepers_cqueues.lua TASKS: coroutines that each sleep a random 1 to 2 s, all at once.
local cqueues = require "cqueues"
local stopwatch = require "stopwatch"

local count = tonumber(arg[1])

local before = stopwatch.memory("VmRSS")
local report = stopwatch.start(cqueues.monotime)
local controller = cqueues.new()
for _ = 1, count do controller:wrap(cqueues.sleep, 1 + math.random()) end
assert(controller:loop())
report(count, (stopwatch.memory("VmHWM") - before) / count)
