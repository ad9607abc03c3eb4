-- Futures: outcomes set from outside.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("set_result wakes all who wait, with all values", function()
  local future = async.future()
  local tasks = {}
  for i = 1, 3 do tasks[i] = async.create_task(function() return table.pack(async.await(future)) end) end
  async.sleep(0)
  same({ future:done(), future:cancelled(), future:error() == nil }, { false, false, true })
  future:set_result(1, nil, 3)
  same(async.gather(tasks), { { n = 3, 1, nil, 3 }, { n = 3, 1, nil, 3 }, { n = 3, 1, nil, 3 } })
  same({ future:done(), future:result() }, { true, 1, nil, 3 })
end)

test("set_error raises the same error in all", function()
  local future, value = async.future(), {}
  local tasks = {}
  for i = 1, 2 do tasks[i] = async.create_task(pcall, async.await, future) end
  async.sleep(0)
  future:set_error(value)
  for i = 1, 2 do
    local good, err = async.await(tasks[i])
    truthy(not good and rawequal(err, value))
  end
  truthy(rawequal(future:error(), value))
  truthy(rawequal(select(2, pcall(future.result, future)), value))
end)

test("cancel", function()
  local future = async.future()
  local task = async.create_task(pcall, async.await, future)
  async.sleep(0)
  same({ future:cancel(), future:cancel(), future:cancelled(), future:done() }, { true, false, true, true })
  local good, err = async.await(task)
  same({ good, err.kind }, { false, "cancelled" })
  test.raises("cancelled", future.result, future)
end)

test("an outcome is set once", function()
  local future = async.future()
  future:set_result(1)
  test.raises("usage", future.set_result, future, 2)
  test.raises("usage", future.set_error, future, "x")
  same({ future:cancel(), async.await(future) }, { false, 1 })
end)

test("result of a pending one", function()
  test.raises("usage", function() async.future():result() end)
end)

test("a future in every place that takes awaitables", function()
  local function ready(value)
    local future = async.future()
    async.call_soon(future.set_result, future, value)
    return future
  end
  same(async.await(async.create_task(ready(1))), 1)
  same(async.gather({ ready(2) }), { 2 })
  same(async.wait_for(ready(3), 1), 3)
  same(async.await(async.shield(ready(4))), 4)
  same({ async.move_on_after(1, ready(5)) }, { true, 5 })
  same(async.wait({ ready(6) })[1]:result(), 6)
end)

test("a waiter that gives up leaves the future pending", function()
  local future = async.future()
  test.raises("timeout", async.wait_for, future, 0.001)
  same(future:done(), false)
  future:set_result(1)
  same(async.await(future), 1)
end)

test("set from a callback, a coroutine, a <close> handler", function()
  local future = async.future()
  local task = async.create_task(async.await, future)
  async.sleep(0)
  do local _ <close> = support.closing(function() coroutine.wrap(function() future:set_result(9) end)() end) end
  same(async.await(task), 9)
end)

test("many values", function()
  local future, list = async.future(), {}
  for i = 1, 200 do list[i] = i end
  future:set_result(table.unpack(list))
  same(select("#", async.await(future)), 200)
end)
