-- Errors arrive as they were raised.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local custom = setmetatable({}, { __tostring = function() return "custom" end })
local values = { "text", 5, 1.5, true, { code = 1 }, print, custom }

local function identical(actual, expected)
  truthy(rawequal(actual, expected), tostring(actual) .. " is not " .. tostring(expected))
end

for name, raise in pairs {
  ["a coroutine object"] = function(body) async.await(async(body)()) end,
  ["a task"] = function(body) async.await(async.create_task(body)) end,
  ["a task that awaited"] = function(body)
    async.await(async.create_task(function()
      async.sleep(0)
      body()
    end))
  end,
  ["three tasks"] = function(body)
    local first = async.create_task(body)
    local second = async.create_task(function() async.await(first) end)
    async.await(async.create_task(function() async.await(second) end))
  end,
  ["gather"] = function(body) async.gather { body, function() async.sleep(10) end } end,
  ["a task group"] = function(body)
    local group <close> = async.task_group()
    group:create_task(body)
  end,
  ["async.run"] = function(body) async.run(body) end,
  ["wait_for"] = function(body) async.wait_for(async(body)(), 10) end,
  ["move_on_after"] = function(body) async.move_on_after(10, body) end,
  ["shield"] = function(body) async.await(async.shield(body)) end,
  ["coroutine.wrap"] = function(body)
    coroutine.wrap(function() async.await(async.create_task(body)) end)()
  end,
  ["map"] = function(body) async.map({ 1 }, function() body() end) end,
} do
  test("through " .. name, function()
    for _, value in ipairs(values) do
      local good, err = pcall(raise, function() error(value, 0) end)
      same(good, false)
      -- As in Lua, coroutine.wrap puts the place of the call in front of a message.
      if name == "coroutine.wrap" and type(value) == "string" then
        truthy(err:find("text", 1, true))
      else
        identical(err, value)
      end
    end
  end)
end

test("nil and false", function()
  for _, value in ipairs { false, n = 1 } do
    same({ pcall(async.await, async.create_task(error, value)) }, { false, value })
  end
  same(table.pack(pcall(async.await, async.create_task(error))), { n = 2, false, nil })
  same(table.pack(pcall(async.gather, { function() error() end })), { n = 2, false, nil })
  same(table.pack(pcall(async.gather, { function() error(false) end })), { n = 2, false, false })
end)

test("task:error() and :result()", function()
  local value = {}
  local task = async.create_task(error, value)
  test.raises("not ended", task.error, task)
  test.raises("not ended", task.result, task)
  async.wait { task }
  identical(task:error(), value)
  identical(select(2, pcall(task.result, task)), value)
  local fine = async.create_task(function() return 1, 2 end)
  async.wait { fine }
  same({ fine:error() or "none", fine:result() }, { "none", 1, 2 })
end)

test("a <close> handler of the task's body sees the error itself", function()
  local value, seen = {}, nil
  local task = async.create_task(function()
    local _ <close> = support.closing(function(err) seen = err end)
    error(value)
  end)
  pcall(async.await, task)
  identical(seen, value)
end)

test("an error raised by arun reads well and has its place", function()
  local good, err = pcall(async.sleep, "x")
  same({ good, err.kind }, { false, "usage" })
  truthy(tostring(err):find("bad argument #1", 1, true), tostring(err))
  local _, unknown = pcall(async.gather, {}, { return_error = true })
  truthy(tostring(unknown):find("option 'return_error' (did you mean 'return_errors'?)", 1, true), tostring(unknown))
  _, unknown = pcall(async.wait, {}, { timout = 1 })
  truthy(tostring(unknown):find("unknown option 'timout' (did you mean 'timeout'?)", 1, true), tostring(unknown))
  _, unknown = pcall(async.map, {}, print, { concurency = 1 })
  truthy(tostring(unknown):find("did you mean 'concurrency'?", 1, true), tostring(unknown))
end)

test("stack overflow in a task is an error", function()
  local function down() return 1 + down() end
  local good, err = pcall(async.await, async.create_task(down))
  same(good, false)
  truthy(tostring(err):find("stack overflow", 1, true), tostring(err))
end)

test("a message handler that cannot make text of the error", function()
  local value = setmetatable({}, { __tostring = function() error("no text") end })
  local good = pcall(async.await, async.create_task(error, value))
  same(good, false)
end)
