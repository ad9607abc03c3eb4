-- spawn_cqueues.lua TASKS BATCH: wrap trivial coroutines and run them to their end.
local cqueues = require "cqueues"
local stopwatch = require "stopwatch"

local total, batch = tonumber(arg[1]), tonumber(arg[2])

local function identity(x)
  return x
end

local report = stopwatch.start(cqueues.monotime)
local controller = cqueues.new()
for _ = 1, total // batch do
  local results = {}
  local function task(i)
    results[i] = identity(i)
  end
  for i = 1, batch do controller:wrap(task, i) end
  assert(controller:loop())
  assert(results[batch] == batch)
end
report(total)
