-- Large numbers: memory stays flat, nothing starves.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function memory()
  collectgarbage()
  collectgarbage()
  return collectgarbage("count")
end

-- Calls fn n times after a warm-up; fails when more than a little memory (KB) stays.
local function flat(n, fn)
  for _ = 1, n // 20 do fn() end
  local before = memory()
  for _ = 1, n do fn() end
  local grown = memory() - before
  truthy(grown < 64, ("%d calls left %.0f KB"):format(n, grown))
end

test("1,000,000 sequential awaits of coroutine objects", function()
  local work = async(function(x) return x end)
  flat(1000000, function() async.await(work(1)) end)
end)

test("1,000,000 turns", function()
  flat(1000000, function() async.sleep(0) end)
end)

test("200,000 tasks one after another", function()
  flat(200000, function() async.await(async.create_task(function() return 1 end)) end)
end)

test("200,000 ended futures, 50,000 timeouts, 50,000 caught errors of tasks", function()
  flat(200000, function()
    local future = async.future()
    future:set_result(1)
    async.await(future)
  end)
  flat(50000, function() local _ <close> = async.timeout(10) async.sleep(0) end)
  flat(50000, function() pcall(async.await, async.create_task(error, "x", 0)) end)
end)

test("50,000 cancelled tasks", function()
  flat(50000, function()
    local task = async.create_task(async.sleep, 10)
    async.sleep(0)
    task:cancel()
    async.wait { task }
  end)
end)

test("200,000 sleepers of random times all wake, none early", function()
  local early, woken, tasks = 0, 0, {}
  local function sleeper(seconds)
    local began = async.time()
    async.sleep(seconds)
    if async.time() - began < seconds - 1e-9 then early = early + 1 end
    woken = woken + 1
  end
  for i = 1, 200000 do tasks[i] = async.create_task(sleeper, (i * 7919 % 100) / 1000) end
  async.gather(tasks)
  same({ early, woken }, { 0, 200000 })
end)

test("200,000 sleepers cancelled", function()
  local tasks = {}
  for i = 1, 200000 do tasks[i] = async.create_task(async.sleep, 100 + i % 10) end
  async.sleep(0)
  for _, task in ipairs(tasks) do task:cancel() end
  same(#async.wait(tasks), 200000)
end)

test("timers fire while tasks ping-pong without end", { real_time = true }, function()
  local stop, turns = false, 0
  local function player()
    while not stop do
      async.sleep(0)
      turns = turns + 1
    end
  end
  local players = { async.create_task(player), async.create_task(player) }
  async.sleep(0.005)
  stop = true
  async.gather(players)
  truthy(turns > 100, turns)
end)

test("timers fire while tasks create tasks without end", { real_time = true }, function()
  local stop = false
  local function spawner() if not stop then async.create_task(spawner) end end
  async.create_task(spawner)
  async.sleep(0.005)
  stop = true
  support.turns(3)
end)

test("timers fire while two tasks hand items over without end", { real_time = true }, function()
  local queue, stop, count = async.queue(1), false, 0
  local producer = async.create_task(function() while not stop do queue:put(1) end queue:close() end)
  local consumer = async.create_task(function() for item in queue:items() do count = count + item end end)
  async.sleep(0.005)
  stop = true
  async.gather { producer, consumer }
  truthy(count > 100, count)
end)

test("1,000,000 items through a queue", function()
  local queue, sum = async.queue(100), 0
  local producer = async.create_task(function()
    for i = 1, 1000000 do queue:put(i) end
    queue:close()
  end)
  for item in queue:items() do sum = sum + item end
  async.await(producer)
  same(sum, 500000500000)
end)
