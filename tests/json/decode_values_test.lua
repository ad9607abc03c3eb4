-- json.decode: which Lua value each kind of JSON value becomes.
local json = require "arun.json"
local t = require "harness"
local test, eq, ok = t.test, t.eq, t.ok

test("words, strings, objects, arrays", function()
  eq(json.decode "true", true)
  eq(json.decode "false", false)
  ok(json.decode "null" == json.null)
  eq(json.decode '  {"a": [1, "x", {"b": false}], "c": {}}\n', { a = { 1, "x", { b = false } }, c = {} })
end)

test("null is a value of its own, and reads as null", function()
  ok(json.null)
  eq(tostring(json.null), "null")
  eq(#json.decode "[null, null]", 2)
  ok(json.decode '{"a": null}'.a == json.null)
end)

test("the option null gives another value in its place", function()
  eq(json.decode("[null, 1]", { null = false }), { false, 1 })
  local err = t.raises("usage", json.decode, "1", { nul = 1 })
  ok(tostring(err):find("did you mean 'null'", 1, true), tostring(err))
end)

test("escapes in strings", function()
  eq(json.decode [["\"\\\/\b\f\n\r\t"]], "\"\\/\b\f\n\r\t")
  eq(json.decode [["\u0041\u00e9\u6771\ud83d\ude00\u0000"]], "Aé東😀\0")
  eq(json.decode [["é東😀"]], "é東😀")
  eq(json.decode [=[["\u0000", "\u0000\u0000\u0000"]]=], { "\0", "\0\0\0" })
end)

test("of a repeated key the last value counts", function()
  eq(json.decode '{"a": 1, "b": 2, "a": 3}', { a = 3, b = 2 })
end)

test("keys of any length, also when they repeat", function()
  local parts, expected = {}, {}
  for length = 0, 40 do
    local key = ("k"):rep(length)
    parts[#parts + 1] = ("%q:%d"):format(key, length)
    expected[key] = length
  end
  local object = "{" .. table.concat(parts, ",") .. "}"
  for _ = 1, 3 do eq(json.decode("[" .. object .. "," .. object .. "]"), { expected, expected }) end
end)

test("keys alike in length, begin and end are told apart", function()
  for _ = 1, 3 do
    eq(json.decode [=[[
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
  eq(json.decode("[" .. table.concat(parts, ",") .. "]"), expected)
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
  eq(json.decode("[" .. table.concat(parts, ",") .. "]"), strings)
end)

test("large arrays and objects", function()
  local array = json.decode("[" .. ("7,"):rep(99999) .. "8]")
  eq(#array, 100000)
  eq(array[99999], 7)
  eq(array[100000], 8)
  local parts = {}
  for i = 1, 20000 do parts[i] = ('"key%d":%d'):format(i, i) end
  local object = json.decode("{" .. table.concat(parts, ",") .. "}")
  eq(object.key1, 1)
  eq(object.key20000, 20000)
end)

test("white space is space, tab, line feed, carriage return", function()
  eq(json.decode " \t\r\n[ \t\r\n1 \t\r\n, 2 ]\r\n", { 1, 2 })
  t.raises("json", json.decode, "[\v1]")
  t.raises("json", json.decode, "[\u{00A0}1]")
end)

test("only a string is text", function()
  t.raises("usage", json.decode)
  t.raises("usage", json.decode, {})
  t.raises("usage", json.decode, "1", 2)
end)
