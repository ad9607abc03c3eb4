-- Task groups: a scope that its tasks cannot outlive.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("leaving the scope waits for all tasks", function()
  local log = {}
  do
    local group <close> = async.task_group()
    group:create_task(function() support.turns(3) log[#log + 1] = "slow" end)
    group:create_task(function() log[#log + 1] = "quick" end)
    log[#log + 1] = "body"
  end
  same(log, { "body", "quick", "slow" })
end)

test("an empty group; a task is awaitable inside", function()
  do local _ <close> = async.task_group() end
  local group <close> = async.task_group()
  same({ async.await(group:create_task(function(...) return ... end, 1, 2)) }, { 1, 2 })
end)

test("a failing child interrupts the body and its siblings", function()
  local log = {}
  local value = {}
  local good, err = pcall(function()
    local group <close> = async.task_group()
    group:create_task(function()
      local _ <close> = support.closing(function(e) support.turns(2) log[#log + 1] = e.kind end)
      async.sleep(10)
    end)
    group:create_task(function() async.sleep(0) error(value) end)
    pcall(async.sleep, 10)
    log[#log + 1] = "not reached"
  end)
  truthy(not good and rawequal(err, value), tostring(err))
  same(log, { "cancelled" })
  async.sleep(0)
end)

test("a child that fails while the scope is being left", function()
  for _, turns in ipairs { 0, 1, 3 } do
    local sibling
    same({ pcall(function()
      local group <close> = async.task_group()
      sibling = group:create_task(async.sleep, 10)
      group:create_task(function() support.turns(turns) error("late", 0) end)
    end) }, { false, "late" })
    truthy(sibling:cancelled())
    async.sleep(0)
  end
end)

test("several failures arrive as one of kind group", function()
  local err = test.raises("group", function()
    local group <close> = async.task_group()
    local event = async.event()
    for _, name in ipairs { "a", "b" } do
      group:create_task(function() event:wait() error(name, 0) end)
    end
    async.sleep(0)
    event:set()
  end)
  same(err.errors, { "a", "b" })
end)

test("the body fails: children are cancelled, its error goes on", function()
  local child
  same({ pcall(function()
    local group <close> = async.task_group()
    child = group:create_task(async.sleep, 10)
    async.sleep(0)
    error("body", 0)
  end) }, { false, "body" })
  truthy(child:cancelled())
end)

test("the body fails, and a child while it is cancelled: both are told", function()
  local err = test.raises("group", function()
    local group <close> = async.task_group()
    group:create_task(function()
      local _ <close> = support.closing(function() error("clean-up", 0) end)
      async.sleep(10)
    end)
    async.sleep(0)
    error("body", 0)
  end)
  same(err.errors, { "body", "clean-up" })
end)

test("a cancelled child does not fail its group", function()
  local sibling_ran
  do
    local group <close> = async.task_group()
    local child = group:create_task(async.sleep, 10)
    group:create_task(function() support.turns(3) sibling_ran = true end)
    async.sleep(0)
    child:cancel()
  end
  same(sibling_ran, true)
end)

test("group:cancel ends its tasks, not the body", function()
  local group <close> = async.task_group()
  local child = group:create_task(async.sleep, 10)
  async.sleep(0)
  group:cancel("enough")
  same(support.cancelled(child).message, "enough")
  async.sleep(0)
end)

test("the task is cancelled in its body", function()
  local child
  local task = async.create_task(function()
    local group <close> = async.task_group()
    child = group:create_task(async.sleep, 10)
    async.sleep(10)
  end)
  support.turns(2)
  task:cancel()
  support.cancelled(task)
  truthy(child:cancelled())
end)

test("the task is cancelled while it leaves the scope", function()
  local child
  local task = async.create_task(function()
    local group <close> = async.task_group()
    child = group:create_task(async.sleep, 10)
  end)
  support.turns(2)
  task:cancel()
  support.cancelled(task)
  truthy(child:cancelled())
end)

test("the task cancels itself and leaves the scope: no child outlives it", function()
  local child
  local task = async.create_task(function()
    local group <close> = async.task_group()
    child = group:create_task(function()
      local _ <close> = support.closing(function() support.turns(3) end)
      async.sleep(10)
    end)
    async.sleep(0)
    async.current_task():cancel()
  end)
  support.cancelled(task)
  truthy(child:cancelled())
end)

test("cancelled twice while the children clean up", function()
  local future, child = async.future(), nil
  local task = async.create_task(function()
    local group <close> = async.task_group()
    child = group:create_task(function()
      local _ <close> = support.closing(function() async.await(future) end)
      async.sleep(10)
    end)
    async.sleep(10)
  end)
  support.turns(2)
  task:cancel()
  support.turns()
  task:cancel()
  support.turns()
  same({ task:done(), child:done() }, { false, false })
  future:set_result()
  support.cancelled(task)
end)

test("a time limit around a group, and one inside", function()
  local child
  test.raises("timeout", async.wait_for, function()
    local group <close> = async.task_group()
    child = group:create_task(async.sleep, 10)
  end, 0.001)
  truthy(child:cancelled())
  local log = {}
  do
    local group <close> = async.task_group()
    group:create_task(function() log[1] = (async.move_on_after(0.001, async.sleep, 10)) end)
  end
  same(log, { false })
end)

test("a limit and a failing child in the same moment", function()
  local good, err = pcall(async.wait_for, function()
    local group <close> = async.task_group()
    group:create_task(function()
      async.sleep(0.001)
      error("child", 0)
    end)
    async.sleep(10)
  end, 0.001)
  same(good, false)
  truthy(err == "child" or err.kind == "timeout", tostring(err))
  async.sleep(0)
end)

test("nested groups: an inner failure passes through both", function()
  local outer_child
  same({ pcall(function()
    local outer <close> = async.task_group()
    outer_child = outer:create_task(async.sleep, 10)
    local inner <close> = async.task_group()
    inner:create_task(error, "deep", 0)
    async.sleep(10)
  end) }, { false, "deep" })
  truthy(outer_child:cancelled())
  async.sleep(0)
end)

test("a child may create more children while the scope is being left", function()
  local log = {}
  do
    local group <close> = async.task_group()
    group:create_task(function()
      support.turns(2)
      group:create_task(function() support.turns(2) log[#log + 1] = "grandchild" end)
    end)
  end
  same(log, { "grandchild" })
end)

test("after its end a group takes no tasks", function()
  local group = async.task_group()
  do local _ <close> = group end
  test.raises("closed", group.create_task, group, print)
end)

test("argument errors", function()
  local before = #async.all_tasks()
  local group <close> = async.task_group()
  test.raises("usage", group.create_task, group, 5)
  test.raises("usage", group.create_task, group)
  same(#async.all_tasks(), before)
end)

test("many tasks, created and ended in turn, keep no memory", function()
  local group <close> = async.task_group()
  local function round() for _ = 1, 1000 do group:create_task(function() end) end support.turns(1) end
  for _ = 1, 3 do round() end
  collectgarbage()
  collectgarbage()
  local before = collectgarbage("count")
  for _ = 1, 20 do round() end
  collectgarbage()
  collectgarbage()
  truthy(collectgarbage("count") - before < 100, collectgarbage("count") - before)
end)
