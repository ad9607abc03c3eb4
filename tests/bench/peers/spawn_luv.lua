-- spawn_luv.lua TASKS BATCH: a plain coroutine per task, started as luv programs start them.
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local total, batch = tonumber(arg[1]), tonumber(arg[2])

local function identity(x)
  return x
end

tasks.spawn(function()
  local report = stopwatch.start(tasks.clock)
  local main = coroutine.running()
  for _ = 1, total // batch do
    local results, left = {}, batch
    for i = 1, batch do
      tasks.spawn(function()
        results[i] = identity(i)
        left = left - 1
        if left == 0 then tasks.wake(main) end
      end)
    end
    coroutine.yield()
    assert(results[batch] == batch)
  end
  report(total)
end)
tasks.run()
