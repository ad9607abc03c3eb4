-- What a task's handle tells.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("done, cancelled, name, tostring through a task's life", function()
  local future = async.future()
  local task = async.create_task(function() return async.await(future) end)
  same({ task:done(), task:cancelled() }, { false, false })
  same(task:set_name("fetcher"), task)
  same(task:name(), "fetcher")
  truthy(tostring(task):find("fetcher", 1, true), tostring(task))
  async.sleep(0)
  truthy(tostring(task):find("waiting", 1, true), tostring(task))
  future:set_result(1, 2)
  same({ async.await(task) }, { 1, 2 })
  same({ task:done(), task:cancelled(), task:result() }, { true, false, 1, 2 })
  truthy(tostring(task):find("done", 1, true), tostring(task))
end)

test("a task's name by default is its function's, or a number", function()
  local fetch = async(function() end)
  local named, numbered = async.create_task(fetch()), async.create_task(function() end)
  same(named:name(), "fetch")
  truthy(numbered:name():find "^task%-%d+$", numbered:name())
  local object = async(function() end)()
  local nameless = async.create_task(object)
  truthy(nameless:name():find "^function <.*task_handle_test.lua:%d+>$", nameless:name())
  async.gather { named, numbered, nameless }
end)

test("long and odd names", function()
  local task = async.create_task(function() end)
  for _, name in ipairs { "", ("x"):rep(2000), "a\0b", "%s %d" } do
    task:set_name(name)
    truthy(task:name() == name:sub(1, #task:name()))
    truthy(#tostring(task) > 0)
  end
  test.raises("usage", task.set_name, task, {})
  async.await(task)
end)

test("current_task and all_tasks", function()
  local before = async.all_tasks()
  same(before[#before], async.current_task())
  local other
  other = async.create_task(function()
    same(async.current_task(), other)
    return async.all_tasks()
  end)
  local seen = async.await(other)
  same({ #seen, seen[#seen] }, { #before + 1, other })
  same(async.all_tasks(), before)
end)

test("all_tasks inside async.run sees that run only", function()
  local other = support.forever()
  local count = async.run(function()
    local inner = async.create_task(function() end)
    local list = async.all_tasks()
    async.await(inner)
    return #list
  end)
  same(count, 2)
  other:cancel()
  support.cancelled(other)
end)

test("methods refuse what is no task", function()
  local task = async.create_task(function() end)
  for _, name in ipairs { "done", "cancelled", "cancel", "name", "result", "error", "stack" } do
    test.raises("task expected", task[name], {})
    test.raises("task expected", task[name])
  end
  async.await(task)
end)

test("a task is a key of tables, equal to itself wherever it comes from", function()
  local seen
  local task = async.create_task(function() seen = async.current_task() end)
  async.await(task)
  truthy(seen == task and ({ [task] = true })[seen])
end)

test("handles of ended tasks outlive a collection", function()
  local tasks = {}
  for i = 1, 100 do tasks[i] = async.create_task(function() return i, {} end) end
  async.wait(tasks)
  collectgarbage()
  collectgarbage()
  for i = 1, 100 do same((tasks[i]:result()), i) end
end)

test("create_task's argument errors", function()
  test.raises("usage", async.create_task)
  test.raises("usage", async.create_task, 5)
  test.raises("task already", async.create_task, async.current_task())
  local object = async(function() end)()
  test.raises("no further arguments", async.create_task, object, 1)
  async.await(object)
end)
