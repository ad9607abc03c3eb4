-- The few lines a program on luv writes to have tasks: plain coroutines and a list of the ready ones.
local uv = require "luv"

local tasks = {}
local ready = {}
local idle = uv.new_idle()

-- Each turn of the loop runs what was ready when it began, so timers and files get their turn.
local function run_ready()
  local batch = ready
  ready = {}
  for i = 1, #batch do
    local ok, message = coroutine.resume(batch[i])
    if not ok then error(debug.traceback(batch[i], message)) end
  end
  if #ready == 0 then idle:stop() end
end

function tasks.wake(task)
  if #ready == 0 then idle:start(run_ready) end
  ready[#ready + 1] = task
end

function tasks.spawn(fn)
  tasks.wake(coroutine.create(fn))
end

function tasks.give_way()
  tasks.wake(coroutine.running())
  coroutine.yield()
end

function tasks.clock()
  return uv.hrtime() / 1e9
end

tasks.run = uv.run

return tasks
