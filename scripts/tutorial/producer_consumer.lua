-- Two producers and three consumers joined by a queue.
local async = require "arun.async"

local function uniform(low, high)
  return low + (high - low) * math.random()
end

local producer = async(function(queue, producer_id)
  for i = 0, 4 do
    local item = ("Item-%d-%d"):format(producer_id, i)
    queue:put(item)
    print(("Producer %d produced: %s"):format(producer_id, item))
    async.sleep(uniform(0.1, 0.5))
  end
end)

local consumer = async(function(queue, consumer_id)
  for item in queue:items() do
    print(("Consumer %d consuming: %s"):format(consumer_id, item))
    async.sleep(uniform(0.2, 0.6))
    queue:task_done()
  end
end)

local main = async(function()
  local queue = async.queue()

  local producers, consumers = {}, {}
  for i = 0, 1 do
    producers[#producers + 1] = async.create_task(producer(queue, i))
  end
  for i = 0, 2 do
    consumers[#consumers + 1] = async.create_task(consumer(queue, i))
  end

  async.gather(producers) -- everything is produced,
  queue:join() -- and everything consumed:
  for _, task in ipairs(consumers) do
    task:cancel() -- nobody need wait for more
  end
end)

async.run(main())
