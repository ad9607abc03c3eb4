-- A deadlock report says who holds what a task waits for, for how long it has waited, and which tasks wait for each
-- other.
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy
local run = support.run

-- The report without the lines of source, which stand indented in it.
local function report(source)
  local output, code = run(source)
  same(code, 1)
  return (output:gsub("\n\t    [^\n]*", ""))
end

test("who holds the lock, and where it was taken", function()
  same(report [[
    local async = require "arun.async"
    local lock = async.lock()
    local function hold()
      local _ <close> = lock:acquire()
      async.await(async.future())
    end
    async.create_task(hold):set_name("holder")
    async.sleep(0)
    lock:acquire()]], [[
arun: deadlock: 2 task(s) wait and nothing can wake them
task 'main' waits for a lock held by task 'holder', taken at script.lua:4
	script.lua:9: in main chunk
task 'holder' (created at script.lua:7) waits for a future
	script.lua:5: in function <script.lua:3>
]])
end)

test("a lock that was handed over is held by whoever got it; one that was tried too", function()
  local output = report [[
    local async = require "arun.async"
    local lock, tried = async.lock(), async.lock()
    local function second()
      lock:acquire()
      tried:try_acquire()
      async.await(async.future())
    end
    local guard = lock:acquire()
    async.create_task(second):set_name("second")
    async.sleep(0)
    guard:release()
    async.sleep(0)
    async.create_task(function() tried:acquire() end):set_name("third")
    lock:acquire()]]
  support.holds(output, "task 'main' waits for a lock held by task 'second', taken at script.lua:4\n",
    "task 'third' (created at script.lua:13) waits for a lock held by task 'second', taken at script.lua:5\n")
end)

test("a holder that has ended without a release", function()
  local output = report [[
    local async = require "arun.async"
    local lock = async.lock()
    local forget = async(function() lock:acquire() end)
    async.await(async.create_task(forget()))
    lock:acquire()]]
  support.holds(output, "task 'main' waits for a lock held by task 'forget', which has ended, taken at script.lua:3\n")
end)

test("the lock of a condition", function()
  local output = report [[
    local async = require "arun.async"
    local changed = async.condition()
    changed:acquire()
    changed:acquire()]]
  support.holds(output, "task 'main' waits for a lock held by itself, taken at script.lua:3\n")
end)

test("a semaphore that several hold: the last to take it; none when it started at 0", function()
  local output = report [[
    local async = require "arun.async"
    local semaphore, empty = async.semaphore(2), async.semaphore(0)
    async.create_task(function() semaphore:acquire() empty:acquire() end):set_name("one")
    async.sleep(0)
    semaphore:acquire()
    semaphore:acquire()]]
  support.holds(output, "task 'main' waits for a semaphore, last taken at script.lua:5 by itself\n",
    "task 'one' (created at script.lua:3) waits for a semaphore\n")
end)

test("who put into a queue last, and who took from it", function()
  local output = report [[
    local async = require "arun.async"
    local queue, full, never = async.queue(), async.queue(1), async.queue(1)
    local feed = async(function() queue:put(1) full:put(1) full:get() full:put(2) never:put(1) end)
    async.await(async.create_task(feed()))
    queue:get()
    async.create_task(function() full:put(3) end):set_name("filler")
    async.create_task(function() never:put(4) end):set_name("other")
    async.create_task(function() for _ in async.queue():items() do end end):set_name("iterator")
    async.create_task(function() async.await(async.current_task and async.future()) end):set_name("idle")
    async.create_task(function() queue:join() end):set_name("joiner")
    queue:get()]]
  for line in ([[
task 'main' waits for an item of a queue; the last to put into it was task 'feed', which has ended
(created at script.lua:6) waits for room in a queue; the last to take from it was task 'feed', which has ended
task 'other' (created at script.lua:7) waits for room in a queue; nobody has taken anything from it
task 'iterator' (created at script.lua:8) waits for an item of a queue; nobody has put anything into it
task 'joiner' (created at script.lua:10) waits for a queue's items to be dealt with
]]):gmatch "[^\n]+" do
    truthy(output:find(line .. "\n", 1, true), line .. " in " .. output)
  end
end)

test("two tasks that hold what the other wants", function()
  same(report [[
    local async = require "arun.async"
    local first, second = async.lock(), async.lock()
    local function take(one, other)
      local _ <close> = one:acquire()
      async.sleep(0)
      local _ <close> = other:acquire()
    end
    async.create_task(take, first, second):set_name("a")
    async.create_task(take, second, first):set_name("b")]], [[
arun: deadlock: 2 task(s) wait and nothing can wake them
in a circle: task 'a' waits for a lock that task 'b' holds, which waits for a lock that task 'a' holds
task 'a' (created at script.lua:8) waits for a lock held by task 'b', taken at script.lua:4
	script.lua:6: in function <script.lua:3>
task 'b' (created at script.lua:9) waits for a lock held by task 'a', taken at script.lua:4
	script.lua:6: in function <script.lua:3>
]])
end)

test("a circle by way of a lock, an await and a gather", function()
  local output = report [[
    local async = require "arun.async"
    local lock = async.lock()
    local guard <close> = lock:acquire()
    local inner = async.create_task(function() lock:acquire() end):set_name("inner")
    local middle = async.create_task(function() async.await(inner) end):set_name("middle")
    async.gather { middle, async.create_task(function() end) }]]
  support.holds(output,
    "in a circle: task 'main' waits for the end of task 'middle', which waits for the end of task 'inner', " ..
    "which waits for a lock that task 'main' holds\n")
  output = report [[
    local async = require "arun.async"
    local lock = async.lock()
    local guard <close> = lock:acquire()
    local inner = async(function() lock:acquire() end)
    local middle = async(function() async.await(async.create_task(inner())) end)
    async.gather { middle(), async.sleep and middle() }]]
  support.holds(output,
    "in a circle: task 'main' waits for the end of task 'middle', which waits for the end of task 'inner', " ..
    "which waits for a lock that task 'main' holds\n")
end)

test("a long circle is told in part", function()
  local output = report [[
    local async = require "arun.async"
    local tasks = {}
    for i = 1, 100 do
      tasks[i] = async.create_task(function() async.await(tasks[i % 100 + 1]) end):set_name("t" .. i)
    end]]
  support.holds(output, "in a circle: task 't1' waits for the end of task 't2', which",
    "task 't11', and so on by way of 90 more tasks\n")
end)

test("for how long they have waited", function()
  local output = report [[
    local async = require "arun.async"
    local event, queue = async.event(), async.queue()
    async.create_task(function() event:wait() end):set_name("early")
    async.sleep(0.25)
    async.create_task(function() event:wait() end):set_name("late")
    queue:get()]]
  truthy(output:find "task 'early' %(created at script.lua:3%) has waited 0%.%d s for an event\n", output)
  truthy(output:find "task 'late' %(created at script.lua:5%) waits for an event\n", output)
  output = report [[
    local async = require "arun.async"
    local event = async.event()
    local wait = async(function() event:wait() end)
    local function start() async.create_task(wait()) end
    start()
    async.sleep(0.3)
    start()
    async.sleep(0.15)]]
  truthy(output:find "2 tasks 'wait' %(created at script.lua:4%) have waited 0%.%d s to 0%.%d s for an event\n", output)
end)

test("a stack goes on inside coroutines", function()
  local output = report [[
    local async = require "arun.async"
    local function wait() async.await(async.future()) end
    local inner = coroutine.wrap(function()
      wait()
    end)
    local co = coroutine.create(function()
      inner()
    end)
    coroutine.resume(co)]]
  support.holds(output, "waits for a future\n", "script.lua:2: in function", "script.lua:4: in function",
    "script.lua:7: in function", "script.lua:9: in main chunk")
end)
