-- async.run: a run of its own inside a task.
local async = require "arun.async"
local t = require "harness"
local support = require "async.support"
local test, eq, ok = t.test, t.eq, t.ok

test("all results; functions with arguments, objects, futures", function()
  eq(table.pack(async.run(function(...) async.sleep(0) return ..., nil end, 1, 2)), { n = 2, 1, nil })
  eq(async.run(async(function() return 3 end)()), 3)
  local future = async.future()
  future:set_result(4)
  eq(async.run(future), 4)
  t.raises("oops", async.run, function() error("oops", 0) end)
  t.raises("usage", async.run, 5)
end)

test("ends when its main ends: what it left is cancelled, and cleans up first", function()
  local log, task = {}, nil
  async.run(function()
    task = async.create_task(function()
      local _ <close> = support.closing(function()
        support.turns(3)
        log[#log + 1] = "cleaned"
      end)
      async.sleep(10)
    end)
    async.sleep(0)
  end)
  eq(log, { "cleaned" })
  ok(task:cancelled())
end)

test("what clean-up creates is ended too", function()
  local task
  async.run(function()
    async.create_task(function()
      local _ <close> = support.closing(function() task = async.create_task(async.sleep, 0.001) end)
      async.sleep(10)
    end)
    async.sleep(0)
  end)
  ok(task:done())
end)

test("cancelled from outside: main is cancelled, then the rest, and all have ended", function()
  local main, left
  local task = async.create_task(async.run, function()
    main = async.current_task()
    left = async.create_task(function()
      local _ <close> = support.closing(function() support.turns(5) end)
      async.sleep(10)
    end)
    async.sleep(10)
  end)
  support.turns(3)
  task:cancel("stop")
  eq(support.cancelled(task).message, "stop")
  ok(main:cancelled() and left:cancelled())
end)

test("cancelled again and again while it ends: no task outlives it", function()
  local left
  local task = async.create_task(async.run, function()
    left = async.create_task(function()
      local _ <close> = support.closing(function() support.turns(5) end)
      async.sleep(10)
    end)
    support.turns(2)
  end)
  for _ = 1, 8 do
    async.sleep(0)
    task:cancel()
  end
  support.cancelled(task)
  ok(left == nil or left:done())
end)

test("runs inside runs, ten deep", function()
  local function nest(depth) return depth == 0 and "bottom" or async.run(nest, depth - 1) end
  eq(nest(10), "bottom")
end)

test("a failing main, and a failing task left behind", function()
  local value = {}
  local good, err = pcall(async.run, function()
    async.create_task(async.sleep, 10)
    async.sleep(0)
    error(value)
  end)
  ok(not good and rawequal(err, value))
end)
