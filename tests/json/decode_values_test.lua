-- json.decode: which Lua value each kind of JSON value becomes.
local json = require "arun.json"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

test("words, strings, objects, arrays", function()
  same(json.decode "true", true)
  same(json.decode "false", false)
  truthy(json.decode "null" == json.null)
  same(json.decode '  {"a": [1, "x", {"b": false}], "c": {}}\n', { a = { 1, "x", { b = false } }, c = {} })
end)

test("null is a value of its own, and reads as null", function()
  truthy(json.null)
  same(tostring(json.null), "null")
  same(#json.decode "[null, null]", 2)
  truthy(json.decode '{"a": null}'.a == json.null)
end)

test("the option null gives another value in its place", function()
  same(json.decode("[null, 1]", { null = false }), { false, 1 })
  local err = test.raises("usage", json.decode, "1", { nul = 1 })
  truthy(tostring(err):find("did you mean 'null'", 1, true), tostring(err))
end)

test("escapes in strings", function()
  same(json.decode [["\"\\\/\b\f\n\r\t"]], "\"\\/\b\f\n\r\t")
  same(json.decode [["\u0041\u00e9\u6771\ud83d\ude00\u0000"]], "Aé東😀\0")
  same(json.decode [["é東😀"]], "é東😀")
  same(json.decode [=[["\u0000", "\u0000\u0000\u0000"]]=], { "\0", "\0\0\0" })
end)

test("of a repeated key the last value counts", function()
  same(json.decode '{"a": 1, "b": 2, "a": 3}', { a = 3, b = 2 })
end)

test("keys of any length, also when they repeat", function()
  local parts, expected = {}, {}
  for length = 0, 40 do
    local key = ("k"):rep(length)
    parts[#parts + 1] = ("%q:%d"):format(key, length)
    expected[key] = length
  end
  local object = "{" .. table.concat(parts, ",") .. "}"
  for _ = 1, 3 do same(json.decode("[" .. object .. "," .. object .. "]"), { expected, expected }) end
end)

test("keys alike in length, begin and end are told apart", function()
  for _ = 1, 3 do
    same(json.decode [=[[
      {"abcdefgh1ijklmnop": 1, "abcdefgh2ijklmnop": 2}, {"ab": 1, "ab\u0000": 2, "": 3},
      {"abcdefghX": 4, "abcdefghY": 5}
    ]]=], {
      { abcdefgh1ijklmnop = 1, abcdefgh2ijklmnop = 2 }, { ab = 1, ["ab\0"] = 2, [""] = 3 },
      { abcdefghX = 4, abcdefghY = 5 },
    })
  end
end)

test("thousands of keys that differ only in their ends or lengths", function()
  local parts, expected = {}, {}
  for i = 1, 3000 do
    for _, key in ipairs { "abcdefgh" .. i, "k" .. i, "k" .. i .. "\0" } do
      for _ = 1, 3 do
        expected[#expected + 1] = { [key] = i }
        parts[#expected] = ('{"%s":%d}'):format(key:gsub("\0", "\\u0000"), i)
      end
    end
  end
  same(json.decode("[" .. table.concat(parts, ",") .. "]"), expected)
end)

test("short strings that repeat, among many that do not", function()
  local parts, strings = {}, {}
  for _, character in ipairs { "\0", "x", "é" } do
    for length = 0, 17 do
      for i = 1, 3 do
        local often = character:rep(length)
        strings[#strings + 1], strings[#strings + 2] = often, often .. i
        parts[#parts + 1] = ('"%s","%s%d"'):format(often, often, i):gsub("\0", "\\u0000")
      end
    end
  end
  same(json.decode("[" .. table.concat(parts, ",") .. "]"), strings)
end)

test("large arrays and objects", function()
  local array = json.decode("[" .. ("7,"):rep(99999) .. "8]")
  same(#array, 100000)
  same(array[99999], 7)
  same(array[100000], 8)
  local parts = {}
  for i = 1, 20000 do parts[i] = ('"key%d":%d'):format(i, i) end
  local object = json.decode("{" .. table.concat(parts, ",") .. "}")
  same(object.key1, 1)
  same(object.key20000, 20000)
end)

test("white space is space, tab, line feed, carriage return", function()
  same(json.decode " \t\r\n[ \t\r\n1 \t\r\n, 2 ]\r\n", { 1, 2 })
  test.raises("json", json.decode, "[\v1]")
  test.raises("json", json.decode, "[\u{00A0}1]")
end)

test("only a string is text", function()
  test.raises("usage", json.decode)
  test.raises("usage", json.decode, {})
  test.raises("usage", json.decode, "1", 2)
end)
