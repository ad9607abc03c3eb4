-- Awaits that nest without end fail as Lua functions do that call themselves: at the script's line.
local test = require "arun.test"
local support = require "support"
local same = test.same
local run, holds = support.run, support.holds

for what, definition in pairs {
  ["a small function"] = "function(n) return 1 + await(f(n + 1)) end",
  ["a function with many variables"] = "function(n) local a" .. (", b"):rep(150) .. " return 1 + await(f(n + 1)) end",
  ["more arguments at each level"] = "function(n, ...) return 1 + await(f(n + 1, n, ...)) end",
} do
  test("caught: " .. what, function()
    same({ run([[
      local async = require "arun.async"
      local f, await = nil, async.await
      f = async(]] .. definition .. [[)
      print(pcall(function() return await(f(1)) end))]]) }, { "false\tscript.lua:3: stack overflow\n", 0 })
  end)
end

test("not caught: the report tells the script's line, and no coroutine is said to be never awaited", function()
  local output, code = run [[
    local async = require "arun.async"
    local await = async.await
    local f
    f = async(function(n) return 1 + await(f(n + 1)) end)
    await(f(1))]]
  same({ code, output:find("never awaited", 1, true) }, { 1, nil })
  holds(output, "arun: script.lua:4: stack overflow")
end)
