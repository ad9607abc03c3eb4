-- Closing a queue: no more puts, gets until it is empty, nothing that was accepted is lost.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("puts fail with kind closed, gets go on until empty", function()
  local queue = async.queue()
  queue:put(1)
  queue:close()
  queue:close()
  same(test.raises("closed", queue.put, queue, 2).kind, "closed")
  test.raises("closed", queue.put_nowait, queue, 2)
  same(queue:get(), 1)
  same(test.raises("closed", queue.get, queue).kind, "closed")
  test.raises("closed", queue.get_nowait, queue)
  for _ in queue:items() do truthy(false) end
end)

test("waiting getters, putters and iterations end", function()
  local queue, full = async.queue(), async.queue(1)
  full:put(1)
  local getter = async.create_task(pcall, queue.get, queue)
  local putter = async.create_task(pcall, full.put, full, 2)
  local loop = async.create_task(function() for _ in queue:items() do truthy(false) end return "ended" end)
  support.turns(2)
  queue:close()
  full:close()
  local _, get_error = async.await(getter)
  local _, put_error = async.await(putter)
  same({ get_error.kind, put_error.kind, async.await(loop) }, { "closed", "closed", "ended" })
  same(full:get(), 1)
end)

test("a put that had its place when the queue was closed is not lost", function()
  local queue = async.queue(1)
  queue:put(1)
  local putter = async.create_task(queue.put, queue, 2)
  async.sleep(0)
  local seen = { queue:get() }
  queue:close()
  for item in queue:items() do seen[#seen + 1] = item end
  async.await(putter)
  same(seen, { 1, 2 })
  test.raises("closed", queue.get, queue)
end)

test("several getters wait for such a put: one gets it, the others end", function()
  local queue = async.queue(1)
  queue:put(1)
  local putter = async.create_task(queue.put, queue, 2)
  async.sleep(0)
  same(queue:get(), 1)
  local getters = {}
  queue:close()
  for i = 1, 3 do getters[i] = async.create_task(pcall, queue.get, queue) end
  async.await(putter)
  local got, closed = 0, 0
  for i = 1, 3 do
    local good, item = async.await(getters[i])
    if good then got = got + item else closed = closed + (item.kind == "closed" and 1 or 0) end
  end
  same({ got, closed }, { 2, 2 })
end)

test("a queue is <close>", function()
  local outer
  do
    local queue <close> = async.queue()
    outer = queue
  end
  test.raises("closed", outer.put, outer, 1)
end)

test("join still works after close", function()
  local queue = async.queue()
  queue:put(1)
  queue:close()
  queue:get()
  local joiner = async.create_task(queue.join, queue)
  async.sleep(0)
  queue:task_done()
  async.await(joiner)
end)
