-- When tasks wait and nothing can ever wake them, the program says so and ends.
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy
local run, holds = support.run, support.holds

test("a future that nobody sets: which task, what for, where", function()
  local output, code = run [[
    local async = require "arun.async"
    local function wait_for_answer()
      async.await(async.future())
    end
    wait_for_answer()]]
  truthy(code ~= 0, code)
  holds(output, "deadlock", "'main'", "future", "script.lua:3", "script.lua:5")
end)

test("every task is named, with what it waits for", function()
  local output, code = run [[
    local async = require "arun.async"
    local lock, queue, event = async.lock(), async.queue(), async.event()
    lock:acquire()
    local tasks = {
      async.create_task(function() lock:acquire() end):set_name("locker"),
      async.create_task(function() queue:get() end):set_name("getter"),
      async.create_task(function() event:wait() end):set_name("listener"),
    }
    async.gather(tasks)]]
  truthy(code ~= 0, code)
  for part in ("4 task|'main'|gather|'locker'|lock|'getter'|queue|'listener'|event"):gmatch "[^|]+" do
    truthy(output:find(part, 1, true), part .. " in " .. output)
  end
end)

test("tasks that are alike are told as one", function()
  local output = run [[
    local async = require "arun.async"
    local queue, lock = async.queue(), async.lock()
    local worker = async(function() queue:get() end)
    for _ = 1, 1000 do async.create_task(worker()) end
    for i = 1, 5 do async.create_task(function() queue:get() end):set_name("named-" .. i) end
    lock:acquire()
    lock:acquire()]]
  holds(output, "deadlock: 1006 task(s)",
    "task 'main' waits for a lock held by itself, taken at script.lua:6\n\tscript.lua:7: in main chunk",
    "1000 tasks 'worker' (created at script.lua:4) wait for an item of a queue; " ..
    "nobody has put anything into it\n\tscript.lua:3: in function",
    "5 tasks 'named-1', 'named-2', 'named-3', ... (created at script.lua:5) wait for an item of a queue; ")
  same(select(2, output:gsub("wait for ", "")), 2)
end)

test("no more than twenty, and how many more there are", function()
  local output = run [[
    local async = require "arun.async"
    local task = async.create_task(function() async.await(async.future()) end)
    for _ = 1, 50000 do
      local before = task
      task = async.create_task(function() async.await(before) end)
    end
    async.await(task)]]
  holds(output, "deadlock: 50002 task(s)", "and 49982 more tasks, left out here")
  same(select(2, output:gsub("\ntask ", "")), 20)
end)

test("two tasks that await each other", function()
  local output, code = run [[
    local async = require "arun.async"
    local a, b
    a = async.create_task(function() async.await(b) end):set_name("a")
    b = async.create_task(function() async.await(a) end):set_name("b")]]
  truthy(code ~= 0, code)
  holds(output, "deadlock")
  truthy(output:find("task 'a'", 1, true) and output:find("task 'b'", 1, true), output)
end)

test("clean-up runs before the program ends", function()
  local output, code = run [[
    local async = require "arun.async"
    local _ <close> = setmetatable({}, { __close = function()
      async.sleep(0.001)
      print("cleaned up")
    end })
    async.await(async.future())]]
  truthy(code ~= 0, code)
  holds(output, "deadlock", "cleaned up")
end)

test("clean-up that waits for ever too, in two tasks", function()
  local output, code = run [[
    local async = require "arun.async"
    local function stuck()
      local _ <close> = setmetatable({}, { __close = function() async.await(async.future()) end })
      async.await(async.future())
    end
    async.create_task(stuck)
    stuck()]]
  truthy(code == 1, code .. "\n" .. output)
  holds(output, "deadlock")
end)

test("a task that catches the deadlock's cancellation ends in its own way", function()
  local output, code = run [[
    local async = require "arun.async"
    print(async.try(async.await, async.future()))]]
  truthy(code ~= 0, code)
  holds(output, "deadlock", "false")
end)

test("a suspended coroutine or a waiting timer is no deadlock", function()
  same({ run [[
    local async = require "arun.async"
    local co = coroutine.create(function() coroutine.yield() end)
    coroutine.resume(co)
    local future = async.future()
    async.call_later(0.002, future.set_result, future, "woken")
    print(async.await(future))]] }, { "woken\n", 0 })
end)
