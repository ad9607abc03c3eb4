-- json.encode: the text of each kind of value.
local json = require "arun.json"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

test("words, numbers, strings, tables", function()
  same(json.encode(true), "true")
  same(json.encode(false), "false")
  same(json.encode(json.null), "null")
  same(json.encode "x", '"x"')
  same(json.encode { 1, "x", { y = { false, json.null } } }, '[1,"x",{"y":[false,null]}]')
end)

test("every control character, quote and backslash is escaped, wherever it stands", function()
  same(json.encode "\"\\\b\f\n\r\t\0\x1f\x7f/", [["\"\\\b\f\n\r\t\u0000\u001f]] .. "\x7f/\"")
  for length = 0, 20 do
    local filler = ("é"):rep(length // 2) .. ("a"):rep(length % 2)
    for byte = 0, 127 do
      local text = filler .. string.char(byte) .. filler
      same(json.decode(json.encode(text)), text)
    end
  end
end)

test("long strings", function()
  local text = ("line\n"):rep(50000) .. "東" .. ("\1"):rep(10000)
  same(json.decode(json.encode { text })[1] == text, true)
end)

test("arrays built in any order", function()
  local backwards = {}
  for i = 20, 1, -1 do backwards[i] = i end
  same(json.decode(json.encode(backwards)), backwards)
  local shrunk = { 1, 2, 3, 4, 5 }
  shrunk[5], shrunk[4] = nil, nil
  same(json.encode(shrunk), "[1,2,3]")
end)

test("sort_keys orders objects by the bytes of their keys", function()
  local value = { b = 1, a = { d = 1, c = { 2, 1 } }, B = 2, [""] = 3, ["aa"] = 4, ["é"] = 5 }
  same(json.encode(value, { sort_keys = true }), '{"":3,"B":2,"a":{"c":[2,1],"d":1},"aa":4,"b":1,"é":5}')
  same(json.encode({}, { sort_keys = true }), "{}")
end)

test("pretty puts each item on a line", function()
  local value = { name = "x", list = { 1, { 2 } }, none = {}, empty = json.array {} }
  same(json.encode(value, { pretty = true, sort_keys = true }), [[
{
  "empty": [],
  "list": [
    1,
    [
      2
    ]
  ],
  "name": "x",
  "none": {}
}]])
  same(json.encode({ 1 }, { pretty = 4 }), "[\n    1\n]")
  same(json.encode({ 1 }, { pretty = false }), "[1]")
  same(json.encode({}, { pretty = true }), "{}")
end)

test("options are checked", function()
  local err = test.raises("usage", json.encode, 1, { sort_key = true })
  truthy(tostring(err):find("did you mean 'sort_keys'", 1, true), tostring(err))
  test.raises("option 'pretty'", json.encode, 1, { pretty = 17 })
  test.raises("option 'pretty'", json.encode, 1, { pretty = "yes" })
  test.raises("usage", json.encode, 1, { sort_keys = 1 })
  test.raises("usage", json.encode)
end)

test("a metatable does not change the text", function()
  local value = setmetatable({ 1 }, { __index = { 2, 3, x = 1 }, __len = function() return 3 end, __pairs = error })
  same(json.encode(value), "[1]")
end)
