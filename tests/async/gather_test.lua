-- gather: results in order, the first failure ends it, no task outlives the call.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function after(turns, value)
  return function()
    support.turns(turns)
    return value, "second"
  end
end

test("the first result of each, in the list's order", function()
  local future = async.future()
  future:set_result("future", 2)
  same(async.gather {
    after(3, "slow"), async(after(1, "object"))(), async.create_task(after(2, "task")), future,
    async.shield(after(0, "shield")),
  }, { "slow", "object", "task", "future", "shield" })
end)

test("nothing, nil and false among the results", function()
  same(async.gather {}, {})
  local results = async.gather {
    function() end, function() return nil end, function() return false end, function() return 1 end,
  }
  same({ results[1] == nil, results[2] == nil, results[3], results[4] }, { true, true, false, 1 })
  results = async.gather { async.create_task(function() end), async.create_task(function() return false end) }
  same({ results[1] == nil, results[2] }, { true, false })
end)

test("they run side by side", function()
  local most, now = 0, 0
  local function work()
    now = now + 1
    most = math.max(most, now)
    async.sleep(0)
    now = now - 1
  end
  async.gather { work, work, work }
  same(most, 3)
end)

test("duplicates run once and give their result in both places", function()
  local runs = 0
  local work = async(function()
    runs = runs + 1
    async.sleep(0)
    return {}
  end)
  local object, task = work(), async.create_task(work())
  local results = async.gather { object, task, object, task }
  same({ runs, results[1] == results[3], results[2] == results[4], results[1] == results[2] }, { 2, true, true, false })
end)

test("one failure: raised as it is, after the others were cancelled and cleaned up", function()
  local log, value = {}, { "mine" }
  local function other()
    local _ <close> = support.closing(function(err)
      support.turns()
      log[#log + 1] = err.kind
    end)
    async.sleep(10)
  end
  local task = async.create_task(other)
  local good, err = pcall(async.gather, { other, function() async.sleep(0) error(value) end, task })
  truthy(not good and rawequal(err, value))
  same(log, { "cancelled", "cancelled" })
  truthy(task:cancelled())
end)

test("several failures: one error of kind group, in the list's order", function()
  local event, value = async.event(), {}
  local err = test.raises("group", async.gather, {
    function() event:wait() error(value) end, after(0, 1), function() event:wait() error("last", 0) end,
    function() async.sleep(0) event:set() end })
  same({ err.kind, #err.errors, rawequal(err.errors[1], value), err.errors[2] }, { "group", 2, true, "last" })
  truthy(tostring(err):find("last", 1, true), tostring(err))
end)

test("a failure during the clean-up of a sibling is not lost", function()
  local err = test.raises("group", async.gather, {
    function()
      local _ <close> = support.closing(function() error("clean-up", 0) end)
      async.sleep(10)
    end,
    function() async.sleep(0) error("first", 0) end,
  })
  same(err.errors, { "clean-up", "first" })
end)

test("return_errors: errors stand among the results", function()
  local value, victim = {}, support.forever()
  local results
  local task = async.create_task(function()
    results = async.gather({ after(1, 1), function() error(value) end, victim, after(2, 4) }, { return_errors = true })
  end)
  support.turns(3)
  victim:cancel()
  async.await(task)
  same({ results[1], rawequal(results[2], value), results[3].kind, results[4] }, { 1, true, "cancelled", 4 })
end)

test("a task of the list that is cancelled from outside", function()
  local victim, sibling = support.forever(), support.forever()
  local task = async.create_task(function() return pcall(async.gather, { victim, sibling }) end)
  support.turns(2)
  victim:cancel()
  local good, err = async.await(task)
  same({ good, err.kind, sibling:cancelled() }, { false, "cancelled", true })
end)

test("tasks that have ended already", function()
  local done, failed = async.create_task(after(0, 1)), async.create_task(error, "failed", 0)
  async.wait { done, failed }
  same(async.gather { done, done }, { 1, 1 })
  same({ pcall(async.gather, { done, failed, failed }) }, { false, "failed" })
end)

test("a bad item: nothing runs", function()
  local ran
  local used = async(function() end)()
  async.await(used)
  local function run() ran = true end
  for _, bad in ipairs { 5, "x", {}, used } do test.raises("usage", async.gather, { run, run, bad }) end
  test.raises("usage", async.gather)
  test.raises("usage", async.gather, {}, { what = 1 })
  test.raises("usage", async.gather, { run }, { return_errors = 1 })
  support.turns()
  same(ran, nil)
  local err = test.raises("usage", async.gather, { run, 5 })
  truthy(tostring(err):find("#2", 1, true), tostring(err))
end)

test("the same function twice runs twice or once, but ends", function()
  local runs = 0
  local function work() runs = runs + 1 async.sleep(0) return runs end
  same(#async.gather { work, work }, 2)
end)

test("gather inside gather, cancelled and failing", function()
  local log = {}
  local function leaf(name)
    return function()
      local _ <close> = support.closing(function() log[#log + 1] = name end)
      async.sleep(10)
    end
  end
  same({ pcall(async.gather, {
    function() async.gather { leaf "a", leaf "b" } end,
    function() support.turns(2) error("x", 0) end,
  }) }, { false, "x" })
  same(#log, 2)
end)

test("the results are still right after a collection", function()
  for _ = 1, 20 do
    local results = async.gather { after(1, {}), async.create_task(after(1, {})) }
    collectgarbage()
    async.sleep(0)
    same(#results, 2)
  end
end)

test("a task that is the result of another stays a task", function()
  local inner = async.create_task(function() return "of the inner" end)
  async.await(inner)
  local results = async.gather { async(function() return inner end)(), inner }
  same({ results[1] == inner, results[2] }, { true, "of the inner" })
end)

test("an error is found wherever it stands among results that are nil", function()
  for count = 1, 20 do
    for failing = 1, count do
      local fns = {}
      for i = 1, count do
        fns[i] = function()
          if i ~= failing then return end
          async.sleep(0)
          error("number " .. i, 0)
        end
      end
      same(select(2, pcall(async.gather, fns)), "number " .. failing)
      local _, errors = async.gather(fns, { return_errors = true })
      same(errors, { [failing] = "number " .. failing })
    end
  end
end)
