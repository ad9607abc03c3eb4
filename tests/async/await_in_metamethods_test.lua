-- Metamethods that Lua itself calls may suspend.
local async = require "arun.async"
local test = require "arun.test"
local same = test.same

local function slow(value)
  return function()
    async.sleep(0)
    return value
  end
end

test("arithmetic, concatenation, length, comparison, call", function()
  local object = setmetatable({}, {
    __add = slow(1), __unm = slow(2), __concat = slow("3"), __len = slow(4), __call = slow(5), __idiv = slow(6),
    __band = slow(7), __eq = slow(true), __lt = slow(true), __le = slow(false),
  })
  local other = setmetatable({}, getmetatable(object))
  same({ object + 1, -object, object .. "", #object, object(), object // 1, object & 1 }, { 1, 2, "3", 4, 5, 6, 7 })
  same({ object == other, object < other, object <= other, object ~= other }, { true, true, false, false })
end)

test("__index and __newindex", function()
  local stored = {}
  local object = setmetatable({}, {
    __index = function(_, key)
      async.sleep(0)
      return key .. "!"
    end,
    __newindex = function(_, key, value)
      async.sleep(0)
      stored[key] = value
    end,
  })
  object.x = object.y
  same(stored, { x = "y!" })
end)

test("__pairs", function()
  local object = setmetatable({}, { __pairs = function()
    async.sleep(0)
    return next, { a = 1 }, nil
  end })
  local seen = {}
  for key, value in pairs(object) do seen[key] = value end
  same(seen, { a = 1 })
end)

test("a metamethod chain, each part suspended", function()
  local base = setmetatable({}, { __index = function(_, key) async.sleep(0) return key end })
  local derived = setmetatable({}, { __index = function(_, key) async.sleep(0) return base[key] .. "+" end })
  same(derived.name, "name+")
end)

test("an error in a metamethod after an await", function()
  local object = setmetatable({}, { __index = function() async.sleep(0) error("no such field", 0) end })
  same({ pcall(function() return object.x end) }, { false, "no such field" })
end)

test("a finalizer cannot suspend and does no harm", function()
  local ran, good
  do
    local _ = setmetatable({}, { __gc = function()
      ran = true
      good = pcall(async.sleep, 0)
    end })
  end
  collectgarbage()
  collectgarbage()
  same({ ran, good }, { true, false })
  async.sleep(0)
end)
