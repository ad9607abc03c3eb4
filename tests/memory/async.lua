-- A bit of everything of arun.async that allocates.
local async = require "arun.async"
local await = async.await

local child = async(function(i)
  async.sleep(0)
  if i == 3 then error("three", 0) end
  return i, i
end)

local task = async.create_task(child(1))
local queue = async.queue(2)
local producer = async.create_task(function()
  for i = 1, 5 do queue:put(i) end
  queue:close()
end)
local sum = 0
for item in queue:items() do sum = sum + item end
await(task)
await(producer)

local results = async.gather({ child(1), child(2), child(3) }, { return_errors = true })
local _, err = pcall(async.wait_for, async(function() async.sleep(10) end)(), 0.001)
do
  local group <close> = async.task_group()
  group:create_task(child(1))
  group:create_task(child, 2)
end
local numbers = async.generator(function()
  coroutine.yield(1)
  async.sleep(0)
  coroutine.yield(2)
end)
for v in numbers() do sum = sum + v end
local lock = async.lock()
do local _ <close> = lock:acquire() end

result = sum .. " " .. tostring(results[3]) .. " " .. err.kind
