-- Arrays and objects are kept apart, also when they are empty.
local json = require "arun.json"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

test("an empty table is an object, an empty array an array", function()
  same(json.encode {}, "{}")
  same(json.encode(json.array {}), "[]")
  same(json.encode(json.array()), "[]")
  same(json.encode { list = json.array {}, map = {} } == '{"list":[],"map":{}}'
    or json.encode { list = json.array {}, map = {} } == '{"map":{},"list":[]}', true)
end)

test("array marks the table it is given", function()
  local items = { 1, 2 }
  truthy(json.array(items) == items)
  truthy(json.array(items) == items, "twice")
  same(json.encode(items), "[1,2]")
end)

test("what decodes as an array stays one", function()
  same(json.encode(json.decode "[]"), "[]")
  same(json.encode(json.decode "{}"), "{}")
  same(json.encode(json.decode "[[],{},[[]]]"), "[[],{},[[]]]")
  local list = json.decode '{"list": [1, 2]}'.list
  table.remove(list)
  table.remove(list)
  same(json.encode(list), "[]")
  table.insert(list, "x")
  same(json.encode(list), '["x"]')
end)

test("a marked table works as any table", function()
  local list = json.decode "[3, 1, 2]"
  table.sort(list)
  same(table.concat(list, " "), "1 2 3")
  same(#list, 3)
  same({ table.unpack(list) }, { 1, 2, 3 })
end)

test("array refuses what is no table, or is something else already", function()
  test.raises("usage", json.array, 1)
  test.raises("metatable", json.array, setmetatable({}, {}))
end)
