-- A suspension inside an inner coroutine goes to the scheduler; the coroutine's own yields go to its resumer.
local async = require "arun.async"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

test("wrap: awaits and yields mix", function()
  local numbers = coroutine.wrap(function(first)
    async.sleep(0)
    local second = coroutine.yield(first + 1)
    async.sleep(0.001)
    local third = coroutine.yield(second + 1)
    async.sleep(0)
    return third + 1
  end)
  same({ numbers(1), numbers(10), numbers(100) }, { 2, 11, 101 })
end)

test("resume: values, nil holes and errors come through a suspension", function()
  local co = coroutine.create(function(...)
    async.sleep(0)
    same(table.pack(coroutine.yield(nil, ..., nil)), { n = 3, nil, "x", nil })
    async.sleep(0)
    error({ mine = true })
  end)
  same(table.pack(coroutine.resume(co, 1, 2)), { n = 4, true, nil, 1, nil })
  local good, err = coroutine.resume(co, nil, "x", nil)
  same({ good, err }, { false, { mine = true } })
  same(coroutine.status(co), "dead")
end)

test("thirty coroutines deep", function()
  local function nest(depth)
    if depth == 0 then
      async.sleep(0)
      coroutine.yield("own")
      async.sleep(0.001)
      return 0
    end
    local inner = coroutine.wrap(nest)
    local first = inner(depth - 1)
    if first == "own" then
      async.sleep(0)
      coroutine.yield("own")
      first = inner()
    end
    return first + 1
  end
  local outer = coroutine.wrap(nest)
  same(outer(30), "own")
  same(outer(), 30)
end)

test("other tasks run while an inner coroutine awaits", function()
  local log = {}
  local other = async.create_task(function() log[#log + 1] = "other" end)
  coroutine.wrap(function()
    log[#log + 1] = "before"
    async.sleep(0)
    log[#log + 1] = "after"
  end)()
  same(log, { "before", "other", "after" })
  async.await(other)
end)

test("a coroutine that awaits in one task cannot be used by another", function()
  local future = async.future()
  local co = coroutine.create(function() return async.await(future) end)
  local owner = async.create_task(function() return select(2, coroutine.resume(co)) end)
  async.sleep(0)
  same(coroutine.status(co), "normal")
  local good, message = coroutine.resume(co)
  same(good, false)
  truthy(message:find "awaits", message)
  test.raises("cannot close", coroutine.close, co)
  future:set_result("done")
  same(async.await(owner), "done")
  same(coroutine.status(co), "dead")
end)

test("a coroutine made in one task goes on in another", function()
  local co = coroutine.wrap(function()
    async.sleep(0)
    coroutine.yield(1)
    async.sleep(0)
    coroutine.yield(async.current_task())
  end)
  same(async.await(async.create_task(co)), 1)
  local second = async.create_task(function() return co() end)
  same(async.await(second), second)
end)

test("a wrapped iterator that awaits drives a for loop", function()
  local seen = {}
  for value in coroutine.wrap(function()
    for i = 1, 3 do
      async.sleep(0)
      coroutine.yield(i)
    end
  end) do seen[#seen + 1] = value end
  same(seen, { 1, 2, 3 })
end)
