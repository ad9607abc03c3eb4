-- json.decode says what is wrong, and exactly where.
local json = require "arun.json"
local test = require "arun.test"
local same = test.same

local function refuses(text, line, column, message)
  local err = test.raises("json", json.decode, text)
  same({ err.line, err.column }, { line, column }, ("%q: %s"):format(text, err.message))
  same(err.message, ("line %d, column %d: %s"):format(line, column, message))
end

test("nothing, or something after the value", function()
  refuses("", 1, 1, "the text is empty")
  refuses(" \n ", 2, 2, "expected a value, got the end of the text")
  refuses("[1] x", 1, 5, "expected the end of the text, got 'x'")
  refuses("{}\n\n  {}", 3, 3, "expected the end of the text, got '{'")
  refuses('{"a":1}}', 1, 8, "expected the end of the text, got '}'")
  refuses("\u{FEFF}{}", 1, 1, "a byte order mark is not part of JSON")
end)

test("objects", function()
  refuses('{\n  "a": 1,\n  "b"  2\n}', 3, 8, "expected ':' after the key, got '2'")
  refuses('{"a": 1 "b": 2}', 1, 9, "expected ',' or '}' after the value, got '\"'")
  refuses('{"a": 1,}', 1, 9, "expected a key in double quotes, got '}'")
  refuses("{a: 1}", 1, 2, "expected a key in double quotes, got 'a'")
  refuses('{"a":}', 1, 6, "expected a value, got '}'")
  refuses('[\n {"a": [1]', 2, 11, "the text ends inside the object that begins at line 2, column 2")
end)

test("arrays", function()
  refuses("[1 2]", 1, 4, "expected ',' or ']' after the item, got '2'")
  refuses("[1,]", 1, 4, "expected a value, got ']'")
  refuses("[1,,2]", 1, 4, "expected a value, got ','")
  refuses("[1}", 1, 3, "expected ',' or ']' after the item, got '}'")
  refuses("[[1,2]\n", 2, 1, "the text ends inside the array that begins at line 1, column 1")
end)

test("words and quotes", function()
  refuses("nul", 1, 1, "unknown word 'nul'")
  refuses("[True]", 1, 2, "unknown word 'True'")
  refuses("[NaN]", 1, 2, "unknown word 'NaN'")
  refuses("['a']", 1, 2, "strings take double quotes")
  refuses("[é]", 1, 2, "expected a value, got 'é'")
  refuses("[\1]", 1, 2, "expected a value, got the byte 0x01")
  refuses("[1\0]", 1, 3, "expected ',' or ']' after the item, got the byte 0x00")
end)

test("numbers", function()
  refuses("[01]", 1, 2, "a number does not begin with 0")
  refuses("-", 1, 2, "expected a digit after '-', got the end of the text")
  refuses("[1.]", 1, 4, "expected a digit after '.', got ']'")
  refuses("[1e+]", 1, 5, "expected a digit in the exponent, got ']'")
  refuses("[.5]", 1, 2, "expected a value, got '.'")
  refuses("[+5]", 1, 2, "expected a value, got '+'")
  refuses("[0x10]", 1, 3, "expected the end of the number, got 'x'")
  refuses("[1, 1e400]", 1, 5, "the number is beyond the range of a float")
end)

test("strings", function()
  refuses('["abc', 1, 2, "the string is not closed")
  refuses('["a\nb"]', 1, 4, "the byte 0x0A must be escaped in a string")
  refuses([=[["\x"]]=], 1, 3, [[unknown escape, JSON has \" \\ \/ \b \f \n \r \t \uXXXX]])
  refuses([=[["ab\u12"]]=], 1, 5, [[\u needs four hexadecimal digits]])
  refuses([=[["\ud800"]]=], 1, 3, [[half a surrogate pair, \uD800]])
  refuses([=[["\udc00"]]=], 1, 3, [[half a surrogate pair, \uDC00]])
  refuses([=[["\ud800\u0041"]]=], 1, 3, [[half a surrogate pair, \uD800]])
end)

test("columns count bytes, lines end with a line feed", function()
  refuses('["é", x]', 1, 8, "unknown word 'x'")
  refuses('[\r\n"é", x]', 2, 7, "unknown word 'x'")
end)

test("what is said of a long text is right too", function()
  local text = "[" .. ('{"name": "a string", "n": -0},\n'):rep(5000) .. "oops]"
  refuses(text, 5001, 1, "unknown word 'oops'")
end)
