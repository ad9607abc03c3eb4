-- The few lines a program on luv writes to have tasks: plain coroutines and a list of the ready ones.
local uv = require "luv"

local tasks = {}
local ready, values, count = {}, {}, 0
local idle = uv.new_idle()

-- Each turn of the loop runs what was ready when it began, so timers and files get their turn.
local function run_ready()
  local batch, arguments, size = ready, values, count
  ready, values, count = {}, {}, 0
  for i = 1, size do
    local ok, message = coroutine.resume(batch[i], arguments[i])
    if not ok then error(debug.traceback(batch[i], message)) end
  end
  if count == 0 then idle:stop() end
end

function tasks.wake(task, value)
  if count == 0 then idle:start(run_ready) end
  count = count + 1
  ready[count], values[count] = task, value
end

function tasks.spawn(fn, argument)
  tasks.wake(coroutine.create(fn), argument)
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
