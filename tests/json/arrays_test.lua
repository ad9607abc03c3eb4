-- Arrays and objects are kept apart, also when they are empty.
local json = require "arun.json"
local t = require "harness"
local test, eq, ok = t.test, t.eq, t.ok

test("an empty table is an object, an empty array an array", function()
  eq(json.encode {}, "{}")
  eq(json.encode(json.array {}), "[]")
  eq(json.encode(json.array()), "[]")
  eq(json.encode { list = json.array {}, map = {} } == '{"list":[],"map":{}}'
    or json.encode { list = json.array {}, map = {} } == '{"map":{},"list":[]}', true)
end)

test("array marks the table it is given", function()
  local items = { 1, 2 }
  ok(json.array(items) == items)
  ok(json.array(items) == items, "twice")
  eq(json.encode(items), "[1,2]")
end)

test("what decodes as an array stays one", function()
  eq(json.encode(json.decode "[]"), "[]")
  eq(json.encode(json.decode "{}"), "{}")
  eq(json.encode(json.decode "[[],{},[[]]]"), "[[],{},[[]]]")
  local list = json.decode '{"list": [1, 2]}'.list
  table.remove(list)
  table.remove(list)
  eq(json.encode(list), "[]")
  table.insert(list, "x")
  eq(json.encode(list), '["x"]')
end)

test("a marked table works as any table", function()
  local list = json.decode "[3, 1, 2]"
  table.sort(list)
  eq(table.concat(list, " "), "1 2 3")
  eq(#list, 3)
  eq({ table.unpack(list) }, { 1, 2, 3 })
end)

test("array refuses what is no table, or is something else already", function()
  t.raises("usage", json.array, 1)
  t.raises("metatable", json.array, setmetatable({}, {}))
end)
