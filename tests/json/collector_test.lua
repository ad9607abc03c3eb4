-- The collector may run, and run finalizers that use json, at any moment of a call.
local json = require "arun.json"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

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
  -- How soon the collector comes by depends on the heap.
  for i = 1, 500 do
    if i > 20 and calls > 20 then break end
    setmetatable({}, { __gc = finalizer })
    same(#json.decode(big), 301)
    same(#json.encode(json.decode(big), { sort_keys = true }), 301 * #expected + 302)
  end
  truthy(calls > 20, "finalizers ran")
  same(wrong, 0)
end)

-- Calls `count` each time the collector has gone through the heap, until it returns true.
local function at_each_collection(count)
  setmetatable({}, { __gc = function() if not count() then at_each_collection(count) end end })
end

test("a large text is decoded between two collections, not in their midst", function()
  local pause, speed = collectgarbage("setpause", 200), collectgarbage("setstepmul", 100)
  local _ <close> = setmetatable({}, { __close = function()
    collectgarbage("setpause", pause)
    collectgarbage("setstepmul", speed)
  end })
  local big = "[" .. (text .. ","):rep(20000) .. text .. "]"
  json.decode(big)
  collectgarbage()
  local collections, over = 0, false
  at_each_collection(function()
    collections = collections + 1
    return over
  end)
  local texts = 30
  for _ = 1, texts do json.decode(big) end
  over = true
  truthy(collections > texts / 4, ("%d collections"):format(collections))
  truthy(collections <= texts + 2, ("%d collections"):format(collections))
end)

test("a collector that was stopped stays so", function()
  local big = "[" .. (text .. ","):rep(2000) .. text .. "]"
  collectgarbage()
  collectgarbage("stop")
  local _ <close> = setmetatable({}, { __close = function() collectgarbage("restart") end })
  local collected = false
  at_each_collection(function()
    collected = true
    return true
  end)
  for _ = 1, 20 do json.decode(big) end
  truthy(not collected)
  truthy(not collectgarbage("isrunning"))
end)

-- KiB of the process, by their names in /proc/self/status.
local function memory(name)
  for line in io.lines "/proc/self/status" do
    local kib = line:match("^" .. name .. ":%s*(%d+)")
    if kib then return tonumber(kib) end
  end
end

test("large texts do not keep their memory", function()
  -- A sanitizer reserves terabytes of address space, and keeps what is freed.
  if memory "VmSize" > 1 << 30 then return end
  local before = memory "VmRSS"
  do
    local huge = "[" .. ('"' .. ("x"):rep(2000) .. '",'):rep(20000) .. "0]"
    same(#json.decode(huge), 20001)
    same(#json.encode(json.decode(huge)), #huge)
  end
  collectgarbage()
  local kept = memory "VmRSS" - before -- the program itself keeps 16 MiB
  truthy(kept < 32 * 1024, ("%d KiB more than before"):format(kept))
end)
