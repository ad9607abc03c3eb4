-- However a test ends, it is that test which fails, and the others run.
local test = require "arun.test"
local support = require "support"
local same = test.same

local function outcome(body)
  local output = support.run([[
    package.path = "tests/?.lua;" .. package.path
    local async = require "arun.async"
    local test = require "arun.test"
    local main = async.current_task()
    test("odd", function() ]] .. body .. [[ end)
    test("next", function() async.sleep(0) end)
    print(t.counts())]])
  return output:match "%f[^\n]ok    next\n(%d+\t%d+)\n" or output
end

local bodies = {
  ["cancels its task"] = "async.current_task():cancel() async.sleep(1)",
  ["cancels its task and returns"] = "async.current_task():cancel()",
  ["cancels the main task"] = "main:cancel() async.sleep(1)",
  ["cancels the main task and returns"] = "main:cancel()",
  ["overflows the stack"] = "local function f() return 1 + f() end f()",
  ["overflows the C stack"] = "local function f() return 1 + select(2, pcall(string.gsub, 'x', 'x', f)) end f()",
  ["overflows the stack with what has no text"] = [[
    local function f() return 1 + f() end
    error(setmetatable({}, { __tostring = f }))]],
  ["raises nil"] = "error()",
  ["leaves a task running"] = "async.create_task(async.sleep, 1)",
}

for what, body in pairs(bodies) do
  test("one that " .. what, function() same(outcome(body), "1\t1") end)
end
