-- Tasks that compute without waiting give way when their time slice is over. Where a test is about that, it never ends
-- without it.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy, raises = test.same, test.truthy, test.raises

test.real_time() -- tasks that compute are always ready: the virtual clock would stand still

local slice = 0.001

local function sliced(fn, ...) return async.create_task(fn, ...):set_time_slice(slice) end

test("three that compute and one that sleeps take turns", function()
  local ticks, rounds = 0, { 0, 0, 0 }
  local tasks = {}
  for i = 1, 3 do
    tasks[i] = sliced(function()
      while ticks < 10 do
        rounds[i] = rounds[i] + 1
      end
    end)
  end
  tasks[4] = async.create_task(function()
    for _ = 1, 10 do
      async.sleep(0.001)
      ticks = ticks + 1
    end
  end)
  async.gather(tasks)
  for i = 1, 3 do truthy(rounds[i] > 0, i) end
end)

-- Whether the function is suspended while it calls `busy()` in a loop: it returns when that gives true.
local function gives_way(fn)
  local over = false
  local task = sliced(fn, function() return over end)
  async.sleep(0.003)
  over = true
  return async.await(task)
end

local places = {
  ["a loop on one line"] = function(over) while not over() do end return "done" end,
  ["a recursion on one line"] = function(over)
    local function dig(n) return over() and n or dig(n + 1) end
    return dig(0) > 0 and "done"
  end,
  ["coroutine.wrap"] = function(over)
    return coroutine.wrap(function() while not over() do end return "done" end)()
  end,
  ["coroutine.create in coroutine.wrap"] = function(over)
    return coroutine.wrap(function()
      local co = coroutine.create(function()
        while not over() do end
        coroutine.yield("done")
        error("never")
      end)
      return select(2, coroutine.resume(co))
    end)()
  end,
  ["a generator"] = function(over)
    local numbers = async.generator(function()
      while not over() do end
      coroutine.yield("done")
    end)
    for value in numbers() do return value end
  end,
  ["pcall"] = function(over)
    return select(2, pcall(function() while not over() do end error("done", 0) end))
  end,
  ["xpcall"] = function(over)
    local _, value = xpcall(function() while not over() do end error("done", 0) end, function(e) return e end)
    return value
  end,
  ["async.try"] = function(over)
    return select(2, async.try(function() while not over() do end error("done", 0) end))
  end,
  ["metamethods"] = function(over)
    local spin = function(value)
      return function() while not over() do end return value end
    end
    local object = setmetatable({}, { __index = spin(1), __add = spin(2), __lt = spin(true), __concat = spin("x"),
      __call = spin(3), __len = spin(4), __eq = spin(true) })
    same({ object.field, object + 1, object < object, object .. "", object(), #object, object == setmetatable({},
      getmetatable(object)) }, { 1, 2, true, "x", 3, 4, true })
    return "done"
  end,
  ["an iterator"] = function(over)
    for value in function() while not over() do end return "done" end do return value end
  end,
  ["a <close> handler"] = function(over)
    do
      local _ <close> = support.closing(function() while not over() do end end)
    end
    return "done"
  end,
  ["a <close> handler of code that fails"] = function(over)
    return select(2, pcall(function()
      local _ <close> = support.closing(function() while not over() do end end)
      error("done", 0)
    end))
  end,
  ["open arguments and results"] = function(over)
    local function several()
      while not over() do end
      return "a", "b", "c"
    end
    local function count(...)
      while not over() do end
      return select("#", ...), ...
    end
    same({ count(several(), several()) }, { 4, "a", "a", "b", "c" })
    return "done"
  end,
}

for place, fn in pairs(places) do
  test("in " .. place, function() same(gives_way(fn), "done") end)
end

test("a comparator of table.sort and a callback of string.gsub are not suspended, and what they do is right", function()
  local seed = 1
  local function random()
    seed = (seed * 1103515245 + 12345) % 0x80000000
    return seed
  end
  local over = false
  local task = sliced(function()
    local rounds = 0
    repeat
      local list = {}
      for i = 1, 2000 do list[i] = random() end
      table.sort(list, function(a, b)
        local less = a < b
        return less
      end)
      for i = 2, #list do assert(list[i - 1] <= list[i]) end
      local text = ("x"):rep(2000):gsub(".", function(c)
        local twice = c .. c
        return twice
      end)
      assert(#text == 4000)
      rounds = rounds + 1
    until over
    return rounds
  end)
  for _ = 1, 5 do async.sleep(0.001) end
  over = true
  truthy(async.await(task) > 0)
end)

test("what is on one line is not torn", function()
  local a, b, over = 0, 0, false
  local task = sliced(function()
    while not over do
      a = a + 1 b = b + 1
    end
  end)
  for _ = 1, 20 do
    async.sleep(0.0005)
    same(a, b)
  end
  over = true
  async.await(task)
end)

test("a cancelled task that computes ends where it is, and cleans up", function()
  local closed
  local task = sliced(function()
    local _ <close> = support.closing(function(err)
      async.sleep(0)
      closed = err.kind
    end)
    pcall(function() while true do end end)
    error("never")
  end)
  async.sleep(0.002)
  task:cancel()
  support.cancelled(task)
  same(closed, "cancelled")
end)

test("it is raised before the next line begins", function()
  local steps, at_cancel = 0
  local task = sliced(function()
    while true do
      steps = steps + 1
    end
  end)
  async.sleep(0.002)
  task:cancel()
  at_cancel = steps
  support.cancelled(task)
  same(steps, at_cancel)
end)

test("time limits break into loops", function()
  local function spin() while true do end end
  same(raises("timeout", async.await, sliced(async.wait_for, async(spin)(), 0.005)).kind, "timeout")
  local task = sliced(function()
    local _ <close> = async.timeout(0.005)
    local co = coroutine.wrap(spin)
    co()
  end)
  raises("timeout", async.await, task)
  task = sliced(function()
    return async.move_on_after(0.005, spin)
  end)
  same(async.await(task), false)
end)

test("a lock taken when the cancellation comes is given back", function()
  local lock = async.lock()
  for round = 1, 20 do
    local task = sliced(function()
      while true do
        local _ <close> = lock:acquire()
      end
    end)
    async.sleep(0.001 + round / 20000)
    task:cancel()
    support.cancelled(task)
    truthy(not lock:locked(), "still locked in round " .. round)
  end
end)

test("a group whose body computes ends with its child's error, wherever its body is", function()
  for round = 1, 300 do
    local task = async.create_task(function()
      return pcall(function()
        local group <close> = async.task_group()
        group:create_task(function() error("of the child", 0) end)
        for i = 1, 10 * round do
          local _ = i
        end
      end)
    end):set_time_slice(0.0001)
    same({ async.await(task) }, { false, "of the child" })
  end
end)

test("a cancellation does not break into a <close> handler that computes", function()
  local began, ended
  local task = sliced(function()
    do
      local _ <close> = support.closing(function()
        began = true
        local deadline = os.clock() + 0.01
        while os.clock() < deadline do
          local _ = {}
        end
        ended = true
      end)
    end
    while true do end
  end)
  while not began do async.sleep(0) end
  task:cancel()
  same(ended, nil)
  support.cancelled(task)
  same(ended, true)
end)

-- A computation that touches most of what Lua has: what it gives depends on its argument alone.
local function compute(seed)
  local state = seed
  local function random(n)
    state = (state * 6364136223846793005 + 1442695040888963407)
    return (state >> 33) % n + 1
  end
  local parts = setmetatable({}, { __add = function(a, b)
    table.move(b, 1, #b, #a + 1, a)
    return a
  end })
  local walk = coroutine.wrap(function()
    for i = 1, math.huge do
      local good, value = pcall(function(n)
        if n % 5 == 0 then error({ n }) end
        return n * i
      end, random(1000))
      coroutine.yield(good and value or value[1])
    end
  end)
  for i = 1, 200 do
    local piece = {}
    for j = 1, random(20) do
      piece[j] = ("%d:%s"):format(walk(), ("abc"):rep(random(3)):gsub("b", { b = tostring(j) }))
    end
    parts = parts + piece
    if i % 50 == 0 then
      table.sort(parts, function(a, b)
        return a < b
      end)
    end
  end
  local sum = 0
  for _, part in ipairs(parts) do
    for c in part:gmatch "." do sum = (sum * 31 + c:byte()) % 1000003 end
  end
  return sum
end

test("results are the same with slices and without, whatever the collector does", function()
  local expected, tasks = {}, {}
  for i = 1, 20 do expected[i] = compute(i) end
  collectgarbage("incremental", 120, 100)
  for i = 1, 20 do tasks[i] = async.create_task(compute, i):set_time_slice(0.0001) end
  tasks[21] = async.create_task(function()
    for _ = 1, 20 do
      async.sleep(0)
      collectgarbage()
    end
  end):set_time_slice(0.0001)
  local results = async.gather(tasks)
  collectgarbage("incremental", 200, 100) -- as it is by default
  results[21] = nil
  same(results, expected)
end)

test("the script's own hook for lines is called for each line as ever", function()
  local function count()
    local lines = 0
    debug.sethook(function() lines = lines + 1 end, "l")
    local x = 0
    for i = 1, 100000 do
      x = x + i
    end
    debug.sethook()
    return lines
  end
  local task = async.create_task(count):set_time_slice(0.0002)
  local others = 0
  while not task:done() do
    others = others + 1
    async.sleep(0)
  end
  truthy(others > 1, "it was never suspended")
  same(task:result(), count())
end)

test("a coroutine with a hook for counts or calls is not suspended, for that would upset it", function()
  for _, how in ipairs { { "", 1000 }, { "c", 0 } } do
    local hook = function() end
    local task = sliced(function()
      debug.sethook(hook, table.unpack(how))
      local deadline = os.clock() + 0.02
      while os.clock() < deadline do end
      local function_, mask, count = debug.gethook()
      debug.sethook()
      return { function_ == hook, mask, count }
    end)
    local others = 0
    async.sleep(0)
    while not task:done() do
      others = others + 1
      async.sleep(0)
    end
    same(async.await(task), { true, how[1], how[2] })
    same(others, 0)
  end
end)

test("nil and 0 turn it off", function()
  for _, off in ipairs { false, 0 } do
    local task = sliced(function()
      local deadline = os.clock() + 0.01
      while os.clock() < deadline do end
    end)
    same(task:set_time_slice(off or nil), task)
    local others = 0
    async.sleep(0)
    while not task:done() do
      others = others + 1
      async.sleep(0)
    end
    same(others, 0)
  end
end)

test("what is no time is refused", function()
  local task = async.current_task()
  raises("bad argument #1 to 'set_time_slice'", function() task:set_time_slice("x") end)
  raises("usage", task.set_time_slice, 1, 1)
end)
