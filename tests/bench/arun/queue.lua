-- queue.lua CAPACITY WORKERS ITEMS: as many producers as consumers on one bounded queue.
local async = require "arun.async"
local stopwatch = require "stopwatch"

local capacity, workers, items = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])
local share = items // workers
local queue = async.queue(capacity)

local produce = async(function()
  for i = 1, share do queue:put(i) end
  return 0
end)

local consume = async(function()
  local total = 0
  for _ = 1, share do total = total + queue:get() end
  return total
end)

local report = stopwatch.start(async.time)
local list = {}
for _ = 1, workers do
  list[#list + 1] = consume()
  list[#list + 1] = produce()
end
local totals = async.gather(list)
report(items)

local sum = 0
for _, total in ipairs(totals) do sum = sum + total end
assert(sum == workers * share * (share + 1) // 2)
