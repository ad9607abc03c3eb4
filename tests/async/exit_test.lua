-- When a program ends, and with which exit code.
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy
local run, holds = support.run, support.holds

test("a script ends when its main task and all tasks it started have ended", function()
  same({ run [[
    local async = require "arun.async"
    async.create_task(function()
      async.sleep(0.002)
      async.create_task(function() async.sleep(0.002) print("grandchild") end)
      print("child")
    end)
    print("main")]] }, { "main\nchild\ngrandchild\n", 0 })
end)

test("a failing main task cancels what runs", function()
  local output, code = run [[
    local async = require "arun.async"
    async.create_task(function()
      local _ <close> = setmetatable({}, { __close = function() async.sleep(0) print("cleaned up") end })
      async.sleep(10)
    end)
    async.sleep(0)
    error("main fails")]]
  same(code, 1)
  truthy(output:find("cleaned up", 1, true) and output:find("main fails", 1, true), output)
end)

test("async.run ends when its main ends, and cancels what it left running", function()
  same({ run [[
    local async = require "arun.async"
    print(async.run(function()
      async.create_task(function()
        local _ <close> = setmetatable({}, { __close = function() async.sleep(0) print("left one cleans up") end })
        async.sleep(10)
      end)
      async.sleep(0)
      return "result"
    end))]] }, { "left one cleans up\nresult\n", 0 })
end)

test("os.exit inside a task ends at once, with its code and its output", function()
  local output, code = run [[
    local async = require "arun.async"
    async.create_task(function() io.write("partial") os.exit(7) end)
    async.sleep(10)]]
  same({ output, code }, { "partial", 7 })
  output, code = run [[
    local async = require "arun.async"
    local _ <close> = setmetatable({}, { __close = function() print("closed") end })
    async.sleep(0)
    print("before")
    os.exit(true, true)]]
  same(code, 0)
  holds(output, "before")
end)

test("output of 1 MB into a pipe is complete", function()
  local output, code = run [[
    local async = require "arun.async"
    for i = 1, 16384 do io.write(("x"):rep(63), "\n") if i % 1000 == 0 then async.sleep(0) end end]]
  same({ #output, code }, { 1048576, 0 })
end)
