-- The collector may run, and run finalizers that use json, at any moment of a call.
local json = require "arun.json"
local t = require "harness"
local test, eq, ok = t.test, t.eq, t.ok

local text = json.encode { list = { 1, 2.5, "three", { json.null } }, name = ("long "):rep(20), ["key two"] = {} }

local function round_trip() return json.encode(json.decode(text), { sort_keys = true }) end

test("finalizers that call decode and encode during a call", function()
  local expected = round_trip()
  local calls, wrong = 0, 0
  local function finalizer()
    calls = calls + 1
    if round_trip() ~= expected then wrong = wrong + 1 end
    if calls < 200 then setmetatable({}, { __gc = finalizer }) end
  end
  local big = "[" .. (text .. ","):rep(300) .. text .. "]"
  for _ = 1, 20 do
    setmetatable({}, { __gc = finalizer })
    eq(#json.decode(big), 301)
    eq(#json.encode(json.decode(big), { sort_keys = true }), 301 * #expected + 302)
  end
  ok(calls > 20, "finalizers ran")
  eq(wrong, 0)
end)

test("large texts do not keep their memory", function()
  do
    local huge = "[" .. ("[1,2,3],"):rep(1000000) .. "0]"
    eq(#json.decode(huge), 1000001)
    eq(#json.encode(json.decode(huge)), #huge)
  end
  collectgarbage()
  local resident = 0
  for line in io.lines("/proc/self/status") do
    resident = tonumber(line:match("^VmRSS:%s*(%d+)")) or resident
  end
  ok(resident < 200 * 1024, ("%d KiB resident"):format(resident))
end)
