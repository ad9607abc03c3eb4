-- call_soon, call_later, add_done_callback.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same = test.same

test("call_soon: after what is ready, in order, with arguments", function()
  local log = {}
  local function add(...) log[#log + 1] = table.concat({ ... }, ",") end
  local other = async.create_task(add, "ready")
  local soon = async.call_soon(add, 1, 2)
  async.call_soon(add, "last")
  same(log, {})
  async.await(soon)
  support.turns(1)
  same(log, { "ready", "1,2", "last" })
  async.await(other)
end)

test("call_later: in the order of the times", function()
  local log = {}
  local function add(x) log[#log + 1] = x end
  async.gather {
    async.call_later(0.006, add, "c"), async.call_later(0.002, add, "a"), async.call_later(0.004, add, "b"),
  }
  same(log, { "a", "b", "c" })
end)

test("taken back", function()
  local ran
  local function run() ran = true end
  for _, task in ipairs { async.call_soon(run), async.call_later(0.001, run) } do
    task:cancel()
    support.cancelled(task)
  end
  same(ran, nil)
end)

test("results and errors are those of a task", function()
  same({ async.await(async.call_soon(function() return 1, 2 end)) }, { 1, 2 })
  same({ async.await(async.call_later(0, function(x) return x end, "x")) }, { "x" })
  test.raises("oops", async.await, async.call_soon(error, "oops", 0))
end)

test("argument errors", function()
  local before = #async.all_tasks()
  test.raises("usage", async.call_soon)
  test.raises("usage", async.call_soon, 5)
  test.raises("usage", async.call_later, 1)
  test.raises("usage", async.call_later, "x", print)
  same(#async.all_tasks(), before)
end)

test("done callback: called with the task, once, however it ended", function()
  local log = {}
  local function note(task) log[#log + 1] = tostring(task):match "(%a+)>$" end
  local tasks = {
    async.create_task(function() async.sleep(0) end), async.create_task(error, "x", 0), support.forever(),
  }
  for _, task in ipairs(tasks) do task:add_done_callback(note) end
  support.turns()
  tasks[3]:cancel()
  support.turns()
  table.sort(log)
  same(log, { "cancelled", "done", "failed" })
  same(tasks[2]:error(), "x")
end)

test("done callback of a task that has ended, and several of one task in order", function()
  local log = {}
  local task = async.create_task(function() end)
  async.await(task)
  for i = 1, 3 do task:add_done_callback(function(ended) log[#log + 1] = ended == task and i end) end
  same(log, {})
  support.turns()
  same(log, { 1, 2, 3 })
  test.raises("usage", task.add_done_callback, task, 5)
end)

test("a callback does not count as a waiter: awaiting and cancelling go as without it", function()
  local inner, called = support.forever(), nil
  inner:add_done_callback(function() called = true end)
  local outer = async.create_task(function() async.await(inner) end)
  support.turns()
  outer:cancel()
  support.cancelled(outer)
  support.turns()
  same({ inner:cancelled(), called }, { true, true })
end)

test("a callback on a task from outside does not keep a run from ending", function()
  local outer = support.forever()
  local ended
  local runner = async.create_task(function()
    async.run(function() outer:add_done_callback(function() end) end)
    ended = true
  end)
  support.turns(20)
  local in_time = ended
  outer:cancel()
  support.cancelled(outer)
  async.await(runner)
  same(in_time, true)
end)
