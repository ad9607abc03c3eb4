-- Priority queues whose comparison fails, waits, or changes the queue: the queue stays whole, no item is lost.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function drain(queue)
  local list = {}
  while not queue:empty() do list[#list + 1] = queue:get() end
  return list
end

test("a waiting putter's item that cannot be compared is the putter's error", function()
  local queue = async.priority_queue(2)
  queue:put(1)
  queue:put(2)
  local putter = async.create_task(pcall, queue.put, queue, "text")
  async.sleep(0)
  local next_putter = async.create_task(queue.put, queue, 3)
  async.sleep(0)
  same(queue:get(), 1)
  support.turns() -- "text" meets 2, and leaves its room to the next
  same({ queue:get(), queue:get() }, { 2, 3 })
  local good, err = async.await(putter)
  same(good, false)
  truthy(tostring(err):find("compare", 1, true), tostring(err))
  async.await(next_putter)
end)

test("equal items keep their order after a refused one", function()
  local queue = async.priority_queue()
  for i = 1, 3 do queue:put { 1, i } end
  same((pcall(queue.put, queue, 5)), false)
  same(queue:get(), { 1, 1 })
  for i = 4, 6 do queue:put { 1, i } end
  same((pcall(queue.put, queue, 5)), false)
  same(drain(queue), { { 1, 2 }, { 1, 3 }, { 1, 4 }, { 1, 5 }, { 1, 6 } })
end)

test("a comparison that waits is a clear error", function()
  local queue = async.priority_queue(0, function(a, b)
    async.sleep(0)
    return a < b
  end)
  queue:put(1)
  test.raises("cannot await", queue.put, queue, 2)
  same(drain(queue), { 1 })
end)

test("a comparison that changes the queue is refused", function()
  local queue, change
  queue = async.priority_queue(0, function(a, b)
    local once = change
    change = nil
    if once then once() end
    return a < b
  end)
  for i = 1, 7 do queue:put(i) end
  for _, body in ipairs {
    function() queue:put(9) end, function() queue:put_nowait(9) end, function() queue:get() end,
    function() queue:get_nowait() end,
  } do
    for _, call in ipairs { queue.put, queue.get } do
      change = body
      same((pcall(call, queue, 8)), false)
    end
  end
  same(drain(queue), { 1, 2, 3, 4, 5, 6, 7 })
end)

test("a comparison that looks at the queue", function()
  local queue
  queue = async.priority_queue(0, function(a, b)
    queue:size()
    queue:empty()
    return a < b
  end)
  for i = 5, 1, -1 do queue:put(i) end
  same(drain(queue), { 1, 2, 3, 4, 5 })
end)

test("an order that contradicts itself loses nothing", function()
  local state = 1
  local queue = async.priority_queue(0, function()
    state = (state * 1103515245 + 12345) % 2147483648
    return state % 2 == 0
  end)
  for i = 1, 200 do queue:put(i) end
  local list = drain(queue)
  table.sort(list)
  same({ #list, list[1], list[200] }, { 200, 1, 200 })
  support.turns(1)
end)
