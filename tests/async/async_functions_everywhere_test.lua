-- Whatever takes a function takes an async function, and where it makes sense a coroutine object, as well.
local async = require "arun.async"
local test = require "arun.test"
local same = test.same
local await = async.await

local work = async(function(...)
  async.sleep(0)
  return "ran", ...
end)

-- The test fails by itself, too, when a coroutine object is left over: its warning would show a lost call.
for name, call in pairs {
  create_task = function(x, ...) return await(async.create_task(x, ...)) end,
  run = function(x, ...) return async.run(x, ...) end,
  call_soon = function(x, ...) return await(async.call_soon(x, ...)) end,
  call_later = function(x, ...) return await(async.call_later(0, x, ...)) end,
  try = function(x, ...) return select(2, async.try(x, ...)) end,
  move_on_after = function(x, ...) return select(2, async.move_on_after(1, x, ...)) end,
  task_group = function(x, ...)
    local group <close> = async.task_group()
    return await(group:create_task(x, ...))
  end,
} do
  test(name, function()
    same({ call(work, 1, 2) }, { "ran", 1, 2 })
    same({ call(work(3)) }, { "ran", 3 })
    same((select(2, call(function() return "plain", 1 end))), 1)
  end)
end

for name, call in pairs {
  gather = function(x) return async.gather({ x })[1] end,
  wait_for = function(x) return (async.wait_for(x, 1)) end,
  shield = function(x) return (await(async.shield(x))) end,
  wait = function(x) return (async.wait({ x })[1]:result()) end,
  as_completed = function(x)
    local result
    for task in async.as_completed { x } do result = await(task) end
    return result
  end,
} do
  test(name, function()
    same(call(work), "ran")
    same(call(work()), "ran")
    same(call(function() return "plain" end), "plain")
  end)
end

test("map", function()
  local results = async.map({ 5, 6 }, async(function(item) async.sleep(0) return item * 2 end))
  same({ results[1], results[2] }, { 10, 12 })
end)

test("generator and context_manager", function()
  local seen = {}
  for value in async.generator(async(function(n) for i = 1, n do coroutine.yield(i) end end))(3) do
    seen[#seen + 1] = value
  end
  same(seen, { 1, 2, 3 })
  do
    local _ <close>, handle = async.context_manager(async(function(x) coroutine.yield(x) seen = "left" end))(7)
    same(handle, 7)
  end
  same(seen, "left")
end)

test("condition:wait_for and add_done_callback", function()
  local condition = async.condition()
  do
    local _ <close> = condition:acquire()
    same(condition:wait_for(async(function() async.sleep(0) return "yes" end)), "yes")
  end
  local future = async.future()
  local task = async.create_task(function() end)
  task:add_done_callback(async(function(ended) async.sleep(0) future:set_result(ended) end))
  same(await(future), task)
end)
