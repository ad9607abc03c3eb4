-- Generators: ordinary coroutines that clean up when their loop is left.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- Takes the first value and leaves the loop.
local function first(iterator, state, control, closing)
  for value in iterator, state, control, closing do
    if value ~= nil then return value end
  end
end

-- A generator that logs when it begins, at each value, and its clean-up, which awaits.
local function logged(log)
  return async.generator(function(n)
    local _ <close> = support.closing(function(err)
      async.sleep(0)
      async.sleep(0.001)
      log[#log + 1] = "closed"
      if err ~= nil then log[#log] = "closed:" .. (type(err) == "table" and err.kind or tostring(err)) end
    end)
    for i = 1, n do
      async.sleep(0)
      coroutine.yield(i, i * i)
    end
    log[#log + 1] = "end"
  end)
end

test("runs to its end", function()
  local log, sum = {}, 0
  for a, b in logged(log)(4) do
    async.sleep(0)
    sum = sum + a * b
  end
  same({ sum, log }, { 100, { "end", "closed" } })
end)

test("break, return, goto, error: clean-up ran before what follows the loop", function()
  local log = {}
  for value in logged(log)(5) do if value == 2 then break end end
  same(#log, 1)
  same(first(logged(log)(5)), 1)
  same(#log, 2)
  for value in logged(log)(5) do if value == 1 then goto out end end
  ::out::
  same(#log, 3)
  test.raises("body", function() for _ in logged(log)(5) do error("body", 0) end end)
  same(#log, 4)
  for i = 1, 4 do truthy(log[i]:find "^closed", log[i]) end
  async.sleep(0)
end)

test("cancellation in the loop's body, and in the generator", function()
  for _, where in ipairs { "body", "generator" } do
    local log = {}
    local task = async.create_task(function()
      if where == "body" then
        for _ in logged(log)(5) do pcall(async.sleep, 10) end
      else
        for _ in async.generator(function()
          local _ <close> = support.closing(function(err) async.sleep(0) log[#log + 1] = "closed:" .. err.kind end)
          pcall(async.sleep, 10)
          coroutine.yield(1)
        end)() do truthy(false) end
      end
    end)
    support.turns(4)
    task:cancel()
    support.cancelled(task)
    same(#log, 1)
    truthy(log[1]:find "^closed", log[1])
  end
end)

test("an error in the generator reaches the loop", function()
  local gen = async.generator(function()
    coroutine.yield(1)
    async.sleep(0)
    error({ "mine" })
  end)
  local good, err = pcall(function() for _ in gen() do async.sleep(0) end end)
  same({ good, err }, { false, { "mine" } })
end)

test("an error in the clean-up reaches who broke the loop", function()
  local gen = async.generator(function()
    local _ <close> = support.closing(function() async.sleep(0) error("clean-up", 0) end)
    coroutine.yield(1)
  end)
  test.raises("clean%-up", function() first(gen()) end)
  async.sleep(0)
end)

test("pcall inside does not keep it alive; yielding while it is closed is an error", function()
  local log = {}
  local gen = async.generator(function()
    while true do pcall(coroutine.yield, 1) log[#log + 1] = "again" end
  end)
  first(gen())
  same(log, {})
  local stubborn = async.generator(function()
    local _ <close> = support.closing(function() coroutine.yield(2) end)
    coroutine.yield(1)
  end)
  test.raises("must not yield", function() first(stubborn()) end)
  async.sleep(0)
end)

test("not begun, or ended: closing does nothing", function()
  local ran
  local gen = async.generator(function() ran = true end)
  do local _ <close> = gen() end
  same(ran, nil)
  local log = {}
  do
    local values <close> = logged(log)(1)
    same({ values() }, { 1, 1 })
    same(values(), nil)
  end
  same(log, { "end", "closed" })
end)

test("used by hand as a function", function()
  local log = {}
  do
    local values <close> = logged(log)(3)
    same({ values(), (values()) }, { 1, 2 })
  end
  same(#log, 1)
end)

test("generators of generators, broken", function()
  local log = {}
  local function level(name, inner)
    return async.generator(function()
      local _ <close> = support.closing(function() async.sleep(0) log[#log + 1] = name end)
      for value in inner() do
        async.sleep(0)
        coroutine.yield(value)
      end
    end)
  end
  local base = level("base", function() return pairs { 1, 2, 3 } end)
  first(level("top", level("middle", base))())
  same(log, { "base", "middle", "top" })
end)

test("broken inside a time limit that has expired, and inside clean-up of a cancelled task", function()
  local log = {}
  test.raises("timeout", async.wait_for, function()
    for _ in logged(log)(3) do async.sleep(10) end
  end, 0.002)
  same(#log, 1)
  local task = async.create_task(function()
    local _ <close> = support.closing(function() first(logged(log)(3)) end)
    async.sleep(10)
  end)
  async.sleep(0)
  task:cancel()
  support.cancelled(task)
  same(#log, 2)
end)

test("a plain coroutine.wrap is a generator that does not clean up", function()
  local log = {}
  first(coroutine.wrap(function()
    local _ <close> = support.closing(function() log[1] = "closed" end)
    coroutine.yield(1)
  end))
  same(log, {})
end)

test("argument errors", function()
  test.raises("usage", async.generator)
  test.raises("usage", async.generator, 5)
end)
