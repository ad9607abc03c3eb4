-- lru_cache: which calls are the same.
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

test("lists that differ in any way are different calls", function()
  local nan, object, other = 0 / 0, {}, {}
  local lists = {
    table.pack(), table.pack(nil), table.pack(nil, nil), table.pack(1), table.pack(1, nil), table.pack(nil, 1),
    table.pack(1.0), table.pack("1"), table.pack(true), table.pack(false), table.pack(0), table.pack(0.0),
    table.pack(-0.0), table.pack(nan), table.pack(nan, nan), table.pack(1.5), table.pack(math.huge),
    table.pack(-math.huge), table.pack("a", "b"), table.pack("ab"), table.pack("ab", ""), table.pack("", "ab"),
    table.pack("a\0b"), table.pack(object), table.pack(other), table.pack(2 ^ 53), table.pack(2 ^ 53 // 1 | 0),
    table.pack(1.0, "a"), table.pack("a", 1.0), table.pack(1, "a"),
  }
  local count = 0
  local cached = resilience.lru_cache(function()
    count = count + 1
    return count
  end)
  for i, list in ipairs(lists) do same(cached(table.unpack(list, 1, list.n)), i) end
  for i, list in ipairs(lists) do same(cached(table.unpack(list, 1, list.n)), i) end
  same(count, #lists)
end)

test("key gives what tells calls apart", function()
  local count = 0
  local cached = resilience.lru_cache(function(user)
    count = count + 1
    return user.name
  end, { key = function(user) return user.id, user.tenant end })
  same(cached { id = 1, tenant = 1, name = "Ada" }, "Ada")
  same(cached { id = 1, tenant = 1, name = "Bob" }, "Ada")
  same(cached { id = 1, tenant = 2, name = "Bob" }, "Bob")
  same(count, 2)
end)

test("what is forgotten leaves nothing behind", function()
  local cached = resilience.lru_cache(function(x) return x end, { maxsize = 1 })
  local alive = setmetatable({}, { __mode = "k" })
  for i = 1, 100 do
    local object = { i }
    alive[object] = true
    cached(object, i, "x")
  end
  collectgarbage()
  collectgarbage()
  local count = 0
  for _ in pairs(alive) do count = count + 1 end
  truthy(count <= 1, count .. " arguments kept")
end)
