-- Context variables belong to a task and are inherited by those it creates.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("default, set, previous value, back to the default", function()
  async.await(async.create_task(function()
    local var = async.context_var("request", "none")
    same(var:get(), "none")
    same(var:set("a"), "none")
    same(var:set("b"), "a")
    same(var:get(), "b")
    var:set(false)
    same(var:get(), false)
    var:set(nil)
    same(var:get(), "none")
    same(async.context_var("empty"):get(), nil)
    truthy(tostring(var):find("request", 1, true))
  end))
end)

test("a name is needed", function()
  test.raises("bad argument #1 to 'context_var' %(string expected, got nil%)", async.context_var)
end)

test("inherited at creation, separate afterwards", function()
  local var = async.context_var("v", 0)
  local task = async.create_task(function()
    var:set(1)
    local child = async.create_task(function()
      local seen = { var:get() }
      var:set(2)
      async.sleep(0)
      seen[2] = var:get()
      return seen
    end)
    var:set(3)
    async.sleep(0)
    return { var:get(), table.unpack(async.await(child)) }
  end)
  same(async.await(task), { 3, 1, 2 })
  same(var:get(), 0)
end)

test("a variable that is dropped takes its values along, while the task that set it lives", function()
  local values = setmetatable({}, { __mode = "v" })
  async.await(async.create_task(function()
    local kept = async.context_var("kept")
    kept:set {}
    for i = 1, 10 do
      local dropped = async.context_var("dropped")
      values[i] = { dropped } -- a value may refer to its variable
      dropped:set(values[i])
      async.create_task(function() dropped:set(i) end)
    end
    async.sleep(0)
    collectgarbage()
    collectgarbage()
    same({ #values, next(values) }, { 0 })
    same(kept:get(), {})
  end))
end)

test("what a task has set ends with it, also when its handle is kept", function()
  local var, values = async.context_var("v"), setmetatable({}, { __mode = "v" })
  local task = async.create_task(function()
    values[1] = {}
    var:set(values[1])
  end)
  async.await(task)
  collectgarbage()
  same({ values[1], task:done() }, { nil, true })
end)

test("in coroutines, coroutine objects, gather, groups", function()
  local var = async.context_var("v", "default")
  async.await(async.create_task(function()
    var:set("mine")
    coroutine.wrap(function() async.sleep(0) same(var:get(), "mine") end)()
    same(async.await(async(function() return var:get() end)()), "mine")
    same(async.gather { function() return var:get() end }, { "mine" })
    local group <close> = async.task_group()
    same(async.await(group:create_task(function() return var:get() end)), "mine")
    same(async.run(function() return var:get() end), "mine")
    -- what a coroutine object sets stays: it runs in this task
    async.await(async(function() var:set("changed") end)())
    same(var:get(), "changed")
  end))
end)

test("many variables and tasks under collection", function()
  local vars = {}
  for i = 1, 20 do vars[i] = async.context_var("v" .. i, i) end
  local tasks = {}
  for n = 1, 50 do
    tasks[n] = async.create_task(function()
      for i = 1, 20 do vars[i]:set(n * i) end
      collectgarbage("step")
      async.sleep(0)
      for i = 1, 20 do same(vars[i]:get(), n * i) end
    end)
  end
  async.gather(tasks)
  collectgarbage()
  same(vars[5]:get(), 5)
  support.turns()
end)
