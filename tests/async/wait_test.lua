-- wait: tells which tasks have ended, raises none of their errors, cancels none.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function after(turns, value)
  return async.create_task(function()
    support.turns(turns)
    return value
  end)
end

local function names(tasks)
  local list = {}
  for i, task in ipairs(tasks) do list[i] = task:name() end
  return table.concat(list, " ")
end

local function drop(tasks)
  for _, task in ipairs(tasks) do task:cancel() end
  async.wait(tasks)
end

test("all completed, in the order in which they ended", function()
  local done, pending = async.wait { after(3):set_name "c", after(1):set_name "a", after(2):set_name "b" }
  same({ names(done), #pending }, { "a b c", 0 })
end)

test("first completed", function()
  local tasks = { support.forever "x", after(1):set_name "a", support.forever "y" }
  local done, pending = async.wait(tasks, { return_when = "first_completed" })
  same({ names(done), names(pending) }, { "a", "x y" })
  drop(pending)
end)

test("first exception: a cancelled task is none", function()
  local victim = support.forever "victim"
  async.call_soon(victim.cancel, victim)
  local fails = async.create_task(function() support.turns(3) error("oops", 0) end):set_name "fails"
  local tasks = { support.forever "x", victim, after(1):set_name "a", fails }
  local done, pending = async.wait(tasks, { return_when = "first_exception" })
  same({ names(pending), done[#done]:name(), #done }, { "x", "fails", 3 })
  same(fails:error(), "oops")
  drop(pending)
end)

test("first exception when nothing fails: all", function()
  local done, pending = async.wait({ after(1), after(2) }, { return_when = "first_exception" })
  same({ #done, #pending }, { 2, 0 })
end)

test("timeout: what has ended, what has not; nothing is cancelled", function()
  local done, pending = async.wait({ after(1):set_name "a", support.forever "x" }, { timeout = 0.002 })
  same({ names(done), names(pending), pending[1]:done() }, { "a", "x", false })
  drop(pending)
  done, pending = async.wait({ after(1) }, { timeout = 10 })
  same({ #done, #pending }, { 1, 0 })
end)

test("ended ones are seen at once, duplicates count once", function()
  local ended, failed = after(0), async.create_task(error, "x", 0)
  async.wait { ended, failed }
  same(failed:error(), "x")
  local done, pending = async.wait { ended, failed, ended, failed }
  same({ #done, #pending }, { 2, 0 })
end)

test("an empty list", function()
  local done, pending = async.wait {}
  same({ #done, #pending }, { 0, 0 })
end)

test("coroutine objects and functions become tasks, futures stay what they are", function()
  local future = async.future()
  async.call_soon(future.set_result, future, 3)
  local done = async.wait { async(function() return 1 end)(), function() return 2 end, future }
  local sum = 0
  for _, task in ipairs(done) do sum = sum + task:result() end
  same({ sum, done[3] == future or done[2] == future or done[1] == future }, { 6, true })
end)

test("futures: in the order in which they end, among tasks", function()
  local first, second, never, ended = async.future(), async.future(), async.future(), async.future()
  ended:set_result()
  async.call_soon(function()
    second:set_result()
    async.sleep(0)
    first:cancel()
  end)
  local task = after(1)
  local done, pending = async.wait({ never, first, second, task, ended, first }, { timeout = 0.002 })
  same(#done, 4)
  truthy(done[1] == ended and done[2] == second and done[3] == first, "their order")
  same({ pending[1] == never, #pending }, { true, 1 })
end)

test("a failed future is a first exception", function()
  local future = async.future()
  async.call_soon(future.set_error, future, "oops")
  local task = support.forever()
  local done, pending = async.wait({ task, future, async.future() }, { return_when = "first_exception" })
  same({ done[1] == future, future:state(), #pending }, { true, "failed", 2 })
  drop { task }
end)

test("a future that is waited for again and again in vain keeps nothing of it, and no task", function()
  local future, before = async.future(), #async.all_tasks()
  for _ = 1, 100 do
    async.wait({ future }, { timeout = 0 })
    pcall(function()
      for _ in async.as_completed({ future }, 0) do truthy(false) end
    end)
    for _ in async.as_completed { future, after(0) } do break end
    local task = async.create_task(async.wait, { future })
    async.sleep(0)
    task:cancel()
    support.cancelled(task)
  end
  same({ #async.all_tasks(), future.waiters:size() }, { before, 0 })
end)

test("a shielded task is watched itself", function()
  local task = support.forever()
  local before = #async.all_tasks()
  local done, pending = async.wait({ async.shield(task), task }, { timeout = 0 })
  same({ #done, #pending, pending[1] == task, #async.all_tasks() }, { 0, 1, true, before })
  drop { task }
end)

test("argument errors", function()
  test.raises("usage", async.wait)
  test.raises("return_when", async.wait, {}, { return_when = "soon" })
  test.raises("did you mean 'timeout'", async.wait, {}, { timeot = 1 })
  local good = pcall(async.wait, { 5 })
  same(good, false)
  truthy(pcall(async.wait, {}))
end)

test("a bad item leaves no task running", function()
  local ran
  test.raises("usage", async.wait, { function() ran = true end, 5 })
  support.turns()
  same(ran, nil)
end)
