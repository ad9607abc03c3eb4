-- sleepers_luv.lua TASKS: coroutines that each sleep a random 1 to 2 s, all at once.
local uv = require "luv"
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local count = tonumber(arg[1])

local function sleep(ms)
  local task = coroutine.running()
  local timer = uv.new_timer()
  timer:start(ms, 0, function()
    timer:close()
    assert(coroutine.resume(task))
  end)
  coroutine.yield()
end

local before = stopwatch.memory("VmRSS")
local report = stopwatch.start(tasks.clock)
for _ = 1, count do
  coroutine.wrap(function() sleep(math.random(1000, 2000)) end)()
end
tasks.run()
report(count, (stopwatch.memory("VmHWM") - before) / count)
