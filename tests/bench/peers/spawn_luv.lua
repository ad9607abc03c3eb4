-- spawn_luv.lua TASKS BATCH [--plain]: gather trivial coroutines.
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local total, batch, flag = tonumber(arg[1]), tonumber(arg[2]), arg[3]

local function identity(x)
  return x
end

-- As luv programs often do, without a list of ready coroutines: it runs at once, to its end.
local function run_at_once(task, argument)
  coroutine.wrap(task)(argument)
end

local spawn = flag == "--plain" and run_at_once or tasks.spawn

tasks.spawn(function()
  local report = stopwatch.start(tasks.clock)
  local main = coroutine.running()
  for _ = 1, total // batch do
    local results, left = {}, batch
    local function task(i)
      results[i] = identity(i)
      left = left - 1
      if left == 0 then tasks.wake(main) end
    end
    for i = 1, batch do spawn(task, i) end
    coroutine.yield()
    assert(results[batch] == batch)
  end
  report(total)
end)
tasks.run()
