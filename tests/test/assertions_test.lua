-- The assertions: what they accept, and what they say when they fail.
local async = require "arun.async"
local test = require "arun.test"

-- Not one of those that are tested.
local function eq(actual, expected)
  if actual ~= expected then error(("expected %q, got %q"):format(expected, actual), 2) end
end

-- The message of an assertion that fails.
local function message(fn, ...)
  local ok, err = pcall(fn, ...)
  if ok then error("it did not fail", 2) end
  eq(err.kind, "assertion")
  return tostring(err)
end

test("eq is Lua's ==", function()
  test.eq(1, 1.0)
  local list = {}
  test.eq(list, list)
  eq(message(test.eq, 1, 2), "expected 2, got 1")
  eq(message(test.eq, "a\n", nil, "the line"), 'the line: expected nil, got "a\\n"')
  eq(message(test.eq, { 1 }, { 1 }), "expected { 1 }, got { 1 }\n"
    .. "  they are two tables with the same contents: to compare contents, use t.same")
  eq(message(test.eq, 0 / 0, 0 / 0):find("NaN equals nothing", 1, true) ~= nil, true)
  test.ne(1, 2)
  eq(message(test.ne, 1, 1), "expected anything but 1")
end)

test("same compares contents", function()
  test.same({ 1, { a = { "x" } } }, { 1, { a = { "x" } } })
  test.same(0 / 0, 0 / 0)
  message(test.same, { 1 }, { 1.0 })
  message(test.same, { a = 1 }, {})
  message(test.same, {}, { a = 1 })
  local one, other = {}, {}
  one.self, other.self = one, other
  test.same(one, other)
  other.self = {}
  message(test.same, one, other)
end)

test("same with two cycles of different length ends", function()
  local short, long = {}, { {} }
  short[1], long[1][1] = short, long
  test.same(short, long)
end)

test("same shows what differs, with what is around it", function()
  local a = { name = "Ada", tags = { "a", "b" }, born = 1815 }
  local b = { name = "Ada", tags = { "a", "c", "d" }, born = 1815 }
  eq(message(test.same, b, a), [[
not what was expected
  expected { born = 1815, name = "Ada", tags = { "a", "b" } }
  got      { born = 1815, name = "Ada", tags = { "a", "c", "d" } }
  difference (- expected, + got):
      ...
        name = "Ada",
        tags = {
          "a",
    -     "b",
    +     "c",
    +     "d",
        },
      }]])
end)

test("a difference far inside leaves out what is alike", function()
  local a, b = {}, {}
  for index = 1, 30 do a[index], b[index] = index, index end
  table.insert(b, 15, "new")
  eq(message(test.same, b, a):match("difference.*"), [[
difference (- expected, + got):
      ...
        12,
        13,
        14,
    +   "new",
        15,
        16,
        17,
      ...]])
end)

test("texts of several lines are compared by lines", function()
  eq(message(test.eq, "one\n2\nthree", "one\ntwo\nthree"):match("difference.*"), [[
difference (- expected, + got):
      one
    - two
    + 2
      three]])
end)

test("what looks the same is said to", function()
  local function tagged() return setmetatable({}, { __tostring = function() return "tagged" end }) end
  local one, other = tagged(), tagged()
  one.a = 1
  eq(message(test.same, one, other):match("both look the same") ~= nil, true)
end)

test("near, match, contains", function()
  test.near(0.1 + 0.2, 0.3)
  test.near(10, 11, 1)
  eq(message(test.near, 1, 2), "expected 2 within 1e-09, got 1")
  eq(message(test.near, "1", 2), 'expected 2 within 1e-09, got "1"')
  eq(test.match("key=value", "=(.*)"), "value")
  eq(message(test.match, "abc", "%d"), 'expected a text that matches "%d", got "abc"')
  eq(message(test.match, nil, "%d"), 'expected a text that matches "%d", got nil')
  test.contains("50% of it", "% of")
  test.contains({ 1, { 2 } }, { 2 })
  eq(message(test.contains, { 1 }, 2), "expected something that contains 2, got { 1 }")
  test.raises("bad argument #1 to 'contains'", test.contains, 1, 2)
end)

test("truthy, falsy, fail", function()
  eq(test.truthy(0), 0)
  test.falsy(nil)
  eq(message(test.truthy, false), "expected something true, got false")
  eq(message(test.falsy, 0, "what"), "what: expected false or nil, got 0")
  eq(message(test.fail, "why"), "why")
end)

test("raises takes a kind or a pattern, and gives the error", function()
  eq(test.raises("timeout", async.wait_for, async.future(), 0).kind, "timeout")
  eq(test.raises("bo+m", error, "boom", 0), "boom")
  test.raises("later", async(function()
    async.sleep(0)
    error("later", 0)
  end))
  eq(message(test.raises, "boom", function() end), 'expected an error "boom", got none')
  eq(message(test.raises, "boom", error, "bang", 0), 'expected an error "boom", got one bang')
  eq(message(test.raises, "io", async.wait_for, async.future(), 0),
    'expected an error "io", got one of kind "timeout": timed out after 0 s')
end)

test("eventually", function()
  local calls = 0
  eq(test.eventually(function()
    calls = calls + 1
    return calls == 3 and "third"
  end), "third")
  eq(message(test.eventually, function() return nil end, 0.01), "not true within 0.01 s; the last value was nil")
end)

test("no_leak counts descriptors", function()
  local fs = require "arun.fs"
  test.no_leak(function() fs.open("/dev/null"):close() end)
  test.no_leak(function() fs.open("/dev/null") end, 5)
  local kept = {}
  local text = message(test.no_leak, function() kept[#kept + 1] = fs.open("/dev/null") end, 3)
  eq(text:find("file descriptors left open: %d+ before, %d+ after") ~= nil, true)
  for _, file in ipairs(kept) do file:close() end
end)

test("long values are cut, at whole characters", function()
  local text = message(test.eq, ("ä"):rep(5000), "")
  eq(#text < 5000, true)
  eq(utf8.len(text) ~= nil, true)
end)

test("declarations are for files that load", function()
  local err = test.raises("usage", test, "a test", function() end)
  eq(tostring(err):find("which 'arun test' does", 1, true) ~= nil, true)
  test.raises("'describe' is for test files", test.describe, "a group", function() end)
end)

-- Here, while this file loads, declarations are taken.
test.raises("at least one case", test.each, {}, "none", print)
test.raises("at least one case", test.each, { a = 1 }, "no list", print)
test.raises("without holes", test.each, { 1, nil, 3 }, "a hole", print)
