-- Lua may finalize an object before another finalizer uses it: an error at most, never a crash.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same = test.same

-- Makes an object whose finalizer is marked before the ones of what `make` creates, hence runs after them.
local function finalized_late(name, make)
  test(name, function()
    local ran
    do
      local use
      local object = setmetatable({}, { __gc = function()
        ran = true
        pcall(use)
      end })
      use = make(object)
    end
    collectgarbage()
    collectgarbage()
    support.turns()
    same(ran, true)
    collectgarbage()
  end)
end

for _, kind in ipairs { "queue", "lifo_queue", "priority_queue" } do
  finalized_late(kind, function(object)
    object.queue = async[kind]()
    for i = 1, 20 do object.queue:put(i) end
    return function()
      for i = 1, 40 do object.queue:put(i) end
      for _ = 1, 30 do object.queue:get() end
      object.queue:close()
    end
  end)
end

finalized_late("task group", function(object)
  object.group = async.task_group()
  return function()
    local _ <close> = object.group
    object.group:create_task(function() end)
  end
end)

finalized_late("time limit", function(object)
  object.limit = async.timeout(10)
  return function()
    object.limit:expired()
    object.limit:when()
    object.limit:reschedule(1)
  end
end)

finalized_late("as_completed", function(object)
  object.next = async.as_completed { function() end }
  support.turns(1)
  return function() object.next() end
end)

finalized_late("task handle", function(object)
  object.task = async.create_task(function() return {}, {} end)
  support.turns(1)
  return function()
    pcall(object.task.result, object.task)
    pcall(tostring, object.task)
    object.task:cancel()
  end
end)

finalized_late("generator", function(object)
  object.values = async.generator(function() coroutine.yield(1) end)()
  object.values()
  return function() local _ <close> = object.values end
end)

finalized_late("coroutine object", function(object)
  object.work = async(function() end)()
  return function() async.create_task(object.work) end
end)
