-- When tasks start, and in which order they run.
local async = require "arun.async"
local test = require "arun.test"
local same = test.same

test("a task starts at the creator's next suspension, never before", function()
  local log = {}
  local task = async.create_task(function(...) log[#log + 1] = table.concat({ ... }, ",") end, 1, 2)
  log[#log + 1] = "creator"
  async.sleep(0)
  same(log, { "creator", "1,2" })
  async.await(task)
end)

test("ready tasks run in FIFO order, sleep(0) goes to the end", function()
  local log, tasks = {}, {}
  for i = 1, 3 do
    tasks[i] = async.create_task(function()
      for round = 1, 3 do
        log[#log + 1] = round .. ("abc"):sub(i, i)
        async.sleep(0)
      end
    end)
  end
  async.gather(tasks)
  same(table.concat(log, " "), "1a 1b 1c 2a 2b 2c 3a 3b 3c")
end)

test("a task created by a task comes after those that are ready", function()
  local log = {}
  local function add(what) log[#log + 1] = what end
  local inner
  local a = async.create_task(function() add "a" inner = async.create_task(add, "inner") end)
  local b = async.create_task(add, "b")
  async.await(a)
  async.await(b)
  async.await(inner)
  same(log, { "a", "b", "inner" })
end)

test("waiters of a task, a future and an event go on in the order they came", function()
  local future, event, log, tasks = async.future(), async.event(), {}, {}
  local first = async.create_task(function() async.await(future) end)
  for i = 1, 3 do
    tasks[#tasks + 1] = async.create_task(function() async.await(first) log[#log + 1] = "task" .. i end)
    tasks[#tasks + 1] = async.create_task(function() async.await(future) log[#log + 1] = "future" .. i end)
    tasks[#tasks + 1] = async.create_task(function() event:wait() log[#log + 1] = "event" .. i end)
  end
  async.sleep(0)
  future:set_result()
  event:set()
  async.gather(tasks)
  same(table.concat(log, " "), "future1 future2 future3 event1 event2 event3 task1 task2 task3")
end)

test("awaiting what has ended yields once all the same", function()
  local function yields(awaitable)
    local log = {}
    local other = async.create_task(function() log[1] = "other ran" end)
    async.await(awaitable)
    local count = #log
    async.await(other)
    return count
  end
  local task = async.create_task(function() return 1 end)
  async.await(task)
  local future = async.future()
  future:set_result(1)
  same({ yields(task), yields(future), yields(async.shield(task)) }, { 1, 1, 1 })
end)

test("gather, wait and wait_for of ended tasks yield once", function()
  local task = async.create_task(function() return 1 end)
  async.await(task)
  for _, call in ipairs {
    function() async.gather { task } end, function() async.gather {} end, function() async.wait { task } end,
    function() async.wait_for(task, 1) end,
  } do
    local ran
    local other = async.create_task(function() ran = true end)
    call()
    same(ran, true)
    async.await(other)
  end
end)

test("sleep gives its value back; sleeps end in the order of their times, then of their calls", function()
  same({ async.sleep(0, "x"), async.sleep(0.001, false) }, { "x", false })
  same(select("#", async.sleep(0)), 0)
  local log, tasks = {}, {}
  for i, seconds in ipairs { 0.03, 0.01, 0.02, 0.01, 0.03 } do
    tasks[i] = async.create_task(function()
      async.sleep(seconds)
      log[#log + 1] = i
    end)
  end
  async.gather(tasks)
  same({ log[3], #log }, { 3, 5 })
  same({ log[1], log[2], log[4], log[5] }, { 2, 4, 1, 5 })
end)

test("a sleep is never shorter than asked for", function()
  for _, seconds in ipairs { 0.0001, 0.001, 0.0015, 0.003 } do
    local began = async.time()
    async.sleep(seconds)
    test.truthy(async.time() - began >= seconds - 1e-9)
  end
end)

test("sleep's argument errors; a past time is no sleep", function()
  test.raises("usage", async.sleep)
  test.raises("usage", async.sleep, "soon")
  test.raises("NaN", async.sleep, 0 / 0)
  async.sleep(-1)
  local task = async.create_task(async.sleep, math.huge)
  async.sleep(0)
  task:cancel()
  test.raises("cancelled", async.await, task)
end)
