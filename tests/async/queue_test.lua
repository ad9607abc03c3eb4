-- Queues: order, room, waiting, closing.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function drain(queue)
  local list = {}
  while not queue:empty() do list[#list + 1] = queue:get() end
  return list
end

test("first in, first out; sizes", function()
  local queue = async.queue()
  same({ queue:size(), #queue, queue:empty(), queue:full() }, { 0, 0, true, false })
  for i = 1, 100 do queue:put(i) end
  same({ queue:size(), #queue, queue:empty() }, { 100, 100, false })
  for i = 1, 50 do same(queue:get(), i) end
  for i = 101, 200 do queue:put(i) end
  for i = 51, 200 do same(queue:get(), i) end
  same(queue:size(), 0)
end)

test("lifo and priority", function()
  local lifo = async.lifo_queue()
  for i = 1, 3 do lifo:put(i) end
  same(drain(lifo), { 3, 2, 1 })
  local priority = async.priority_queue()
  for _, n in ipairs { 5, 1, 4, 1.5, 3, 2 } do priority:put(n) end
  same(drain(priority), { 1, 1.5, 2, 3, 4, 5 })
end)

test("priority: pairs, equal ones in the order they came, an order of one's own", function()
  local queue = async.priority_queue()
  for i, p in ipairs { 2, 1, 2, 1, 2 } do queue:put { p, i } end
  same(drain(queue), { { 1, 2 }, { 1, 4 }, { 2, 1 }, { 2, 3 }, { 2, 5 } })
  local longest_first = async.priority_queue(0, function(a, b) return #a > #b end)
  for _, word in ipairs { "bb", "a", "cccc", "ddd" } do longest_first:put(word) end
  same(drain(longest_first), { "cccc", "ddd", "bb", "a" })
end)

test("priority: random items leave sorted", function()
  local queue, list, state = async.priority_queue(), {}, 42
  for i = 1, 500 do
    state = (state * 1103515245 + 12345) % 2147483648
    list[i] = state % 100
    queue:put(list[i])
  end
  table.sort(list)
  same(drain(queue), list)
end)

test("priority: an item that cannot be compared is refused, the queue stays whole", function()
  local queue = async.priority_queue()
  for i = 1, 7 do queue:put(i) end
  test.raises("compare", queue.put, queue, "text")
  same(queue:size(), 7)
  same(drain(queue), { 1, 2, 3, 4, 5, 6, 7 })
  for _ = 1, 7 do queue:task_done() end
  queue:join()
end)

for _, kind in ipairs { "queue", "lifo_queue", "priority_queue" } do
  test(kind .. ": put waits for room, get for an item", function()
    local queue, log = async[kind](2), {}
    local producer = async.create_task(function()
      for i = 1, 6 do
        queue:put(i)
        log[#log + 1] = "put" .. i
      end
    end)
    support.turns()
    same({ table.concat(log, " "), queue:size(), queue:full() }, { "put1 put2", 2, true })
    local items = {}
    for i = 1, 6 do items[i] = queue:get() end
    async.await(producer)
    table.sort(items)
    same(items, { 1, 2, 3, 4, 5, 6 })
  end)
end

test("getters and putters are served in the order they came", function()
  local queue, log, tasks = async.queue(1), {}, {}
  for i = 1, 3 do
    tasks[i] = async.create_task(function()
      local item = queue:get()
      log[#log + 1] = i .. item
    end)
  end
  async.sleep(0)
  for _, item in ipairs { "a", "b", "c" } do queue:put(item) end
  async.gather(tasks)
  same(log, { "1a", "2b", "3c" })
  queue:put "first"
  for i = 1, 3 do tasks[i] = async.create_task(queue.put, queue, i) end
  async.sleep(0)
  same({ queue:get(), queue:get(), queue:get(), queue:get() }, { "first", 1, 2, 3 })
  async.gather(tasks)
end)

test("a put cannot overtake one that waits", function()
  local queue = async.queue(1)
  queue:put(1)
  local waiting = async.create_task(queue.put, queue, 2)
  async.sleep(0)
  same(queue:get(), 1)
  test.raises("full", queue.put_nowait, queue, 3)
  same(queue:full(), true)
  same(queue:get(), 2)
  async.await(waiting)
end)

test("the nowait forms", function()
  local queue = async.queue(1)
  same(test.raises("empty", queue.get_nowait, queue).kind, "empty")
  queue:put_nowait(1)
  same(test.raises("full", queue.put_nowait, queue, 2).kind, "full")
  same(queue:get_nowait(), 1)
end)

test("false is an item, nil is not", function()
  for _, kind in ipairs { "queue", "lifo_queue" } do
    local queue = async[kind]()
    queue:put(false)
    same({ queue:size(), queue:get(), queue:size() }, { 1, false, 0 })
    test.raises("usage", queue.put, queue, nil)
    test.raises("usage", queue.put_nowait, queue)
    local getter = async.create_task(queue.get, queue)
    async.sleep(0)
    queue:put(false)
    same(async.await(getter), false)
    queue:close()
  end
end)

test("items(): false among the items, the loop ends when closed and empty", function()
  local queue, seen = async.queue(), {}
  local consumer = async.create_task(function() for item in queue:items() do seen[#seen + 1] = item end end)
  queue:put(1)
  async.sleep(0)
  queue:put(2)
  queue:close()
  async.await(consumer)
  same(seen, { 1, 2 })
end)

test("join waits for task_done of every item", function()
  local queue, joined = async.queue(), false
  queue:join()
  queue:put(1)
  queue:put(2)
  local joiner = async.create_task(function() queue:join() joined = true end)
  queue:get()
  queue:get()
  queue:task_done()
  support.turns()
  same(joined, false)
  queue:task_done()
  async.await(joiner)
  test.raises("more often", queue.task_done, queue)
end)

test("argument errors", function()
  for _, bad in ipairs { -1, 1.5, "x" } do test.raises("usage", async.queue, bad) end
  same(async.queue(0):full(), false)
  truthy(async.queue(nil))
end)

test("4 producers, 4 consumers, a small queue: every item once", function()
  local queue, sum, tasks = async.queue(3), 0, {}
  for p = 0, 3 do
    tasks[#tasks + 1] = async.create_task(function() for i = 1, 250 do queue:put(p * 250 + i) end end)
  end
  local consumers = {}
  for c = 1, 4 do
    consumers[c] = async.create_task(function() for item in queue:items() do sum = sum + item end end)
  end
  async.gather(tasks)
  queue:close()
  async.gather(consumers)
  same(sum, 500500)
end)

test("the order of a priority queue cannot wait", function()
  local err = test.raises("usage", async.priority_queue, 0, async(function(a, b) return a < b end))
  test.truthy(err.message:find("bad argument #2 to 'priority_queue'", 1, true), err.message)
end)
