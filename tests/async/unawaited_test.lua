-- A coroutine object that nobody awaited is reported with where it was made.
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy
local run, holds = support.run, support.holds

test("name and place, exit code 0", function()
  local output, code = run [[
    local async = require "arun.async"
    local greet = async(function() print("never") end)
    greet()
    print("end")]]
  same(code, 0)
  holds(output, "warning", "'greet'", "never awaited", "script.lua:3")
  truthy(output:find("end\n", 1, true) and not output:find("never\n", 1, true), output)
end)

test("an async function that nobody gave a name goes by its definition", function()
  local output, code = run [[
    local async = require "arun.async"
    local list = { async(function() end) }
    list[1]()
    async(function() end)()]]
  same(code, 0)
  holds(output, "'function <script.lua:2>' was never awaited (made at script.lua:3)")
  holds(output, "'function <script.lua:4>' was never awaited (made at script.lua:4)")
end)

test("a name that is found later counts", function()
  local output = run [[
    local async = require "arun.async"
    local list = { async(function() end) }
    async.await(list[1]())
    local save = list[1]
    save()]]
  holds(output, "'save' was never awaited (made at script.lua:5)")
end)

test("once for each object, also when made in a later step", function()
  local output = run [[
    local async = require "arun.async"
    local work = async(function() end)
    async.sleep(0)
    for _ = 1, 3 do work() end
    async.sleep(0)
    collectgarbage() collectgarbage()]]
  same(select(2, output:gsub("never awaited", "")), 3)
end)

test("nothing for those that were awaited, gathered, made tasks, also later than in the step that made them", function()
  same({ run [[
    local async = require "arun.async"
    local work = async(function() return 1 end)
    local list = {}
    for i = 1, 6 do list[i] = work() end
    async.sleep(0)
    async.sleep(0)
    async.await(list[1])
    async.gather { list[2], list[3] }
    async.create_task(list[4])
    async.wait_for(list[5], 1)
    async.shield(list[6])
    list = nil
    collectgarbage() collectgarbage()]] }, { "", 0 })
end)

test("40,000 objects made in one step", function()
  local output, code = run [[
    local async = require "arun.async"
    local work = async(function(i) return i end)
    local list = {}
    for i = 1, 40000 do list[i] = work(i) end
    local sum = 0
    for i, object in ipairs(list) do if i > 1 then sum = sum + async.await(object) end end
    print(sum)
    list = nil]]
  same(code, 0)
  holds(output, "800019999")
  same(select(2, output:gsub("never awaited", "")), 1)
end)

test("one that was never started because its task was cancelled is no warning", function()
  same({ run [[
    local async = require "arun.async"
    local work = async(function() end)
    local task = async.create_task(work())
    task:cancel()
    async.sleep(0)
    task = nil
    collectgarbage() collectgarbage()]] }, { "", 0 })
end)
