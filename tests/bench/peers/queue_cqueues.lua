-- queue_cqueues.lua CAPACITY WORKERS ITEMS: as many producers as consumers on one bounded queue.
local condition = require "cqueues.condition"
local cqueues = require "cqueues"
local stopwatch = require "stopwatch"

local capacity, workers, items = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])
local share = items // workers

local ring, head, size = {}, 0, 0
local getters, putters = 0, 0
local not_empty, not_full = condition.new(), condition.new()

-- The counts of waiters spare a signal, a call into C, for each item nobody waits for.
local function put(item)
  while size == capacity do
    putters = putters + 1
    not_full:wait()
    putters = putters - 1
  end
  ring[(head + size) % capacity] = item
  size = size + 1
  if getters > 0 then not_empty:signal(1) end
end

local function get()
  while size == 0 do
    getters = getters + 1
    not_empty:wait()
    getters = getters - 1
  end
  local item = ring[head]
  head = (head + 1) % capacity
  size = size - 1
  if putters > 0 then not_full:signal(1) end
  return item
end

local sum = 0
local report = stopwatch.start(cqueues.monotime)
local controller = cqueues.new()
for _ = 1, workers do
  controller:wrap(function()
    local total = 0
    for _ = 1, share do total = total + get() end
    sum = sum + total
  end)
  controller:wrap(function()
    for i = 1, share do put(i) end
  end)
end
assert(controller:loop())
report(items)
assert(sum == workers * share * (share + 1) // 2)
