-- async.run: a run of its own inside a task.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("all results; functions with arguments, objects, futures", function()
  same(table.pack(async.run(function(...) async.sleep(0) return ..., nil end, 1, 2)), { n = 2, 1, nil })
  same(async.run(async(function() return 3 end)()), 3)
  local future = async.future()
  future:set_result(4)
  same(async.run(future), 4)
  test.raises("oops", async.run, function() error("oops", 0) end)
  test.raises("usage", async.run, 5)
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
  same(log, { "cleaned" })
  truthy(task:cancelled())
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
  truthy(task:done())
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
  same(support.cancelled(task).message, "stop")
  truthy(main:cancelled() and left:cancelled())
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
  truthy(left == nil or left:done())
end)

test("runs inside runs, ten deep", function()
  local function nest(depth) return depth == 0 and "bottom" or async.run(nest, depth - 1) end
  same(nest(10), "bottom")
end)

test("a failing main, and a failing task left behind", function()
  local value = {}
  local good, err = pcall(async.run, function()
    async.create_task(async.sleep, 10)
    async.sleep(0)
    error(value)
  end)
  truthy(not good and rawequal(err, value))
end)
