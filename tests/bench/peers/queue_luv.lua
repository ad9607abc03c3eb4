-- queue_luv.lua CAPACITY WORKERS ITEMS: as many producers as consumers on one bounded queue.
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local capacity, workers, items = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])
local share = items // workers
local wake = tasks.wake

-- A ring of items, and two lists of waiting coroutines, each never longer than `workers`.
local ring, head, size = {}, 0, 0
local getters, putters = {}, {}

local function wait_in(list)
  list[#list + 1] = coroutine.running()
  coroutine.yield()
end

local function put(item)
  while size == capacity do wait_in(putters) end
  ring[(head + size) % capacity] = item
  size = size + 1
  if #getters > 0 then wake(table.remove(getters, 1)) end
end

local function get()
  while size == 0 do wait_in(getters) end
  local item = ring[head]
  head = (head + 1) % capacity
  size = size - 1
  if #putters > 0 then wake(table.remove(putters, 1)) end
  return item
end

local sum = 0
local report = stopwatch.start(tasks.clock)
for _ = 1, workers do
  tasks.spawn(function()
    local total = 0
    for _ = 1, share do total = total + get() end
    sum = sum + total
  end)
  tasks.spawn(function()
    for i = 1, share do put(i) end
  end)
end
tasks.run()
report(items)
assert(sum == workers * share * (share + 1) // 2)
