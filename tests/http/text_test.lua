-- The text of a response in UTF-8.
local native = require "arun.native.http"
local t = require "harness"
local test, eq = t.test, t.eq

test("text by its charset", function()
  eq(native.to_utf8("\xE4 \x80", "ISO-8859-1"), "ä €")
  eq(native.to_utf8("ä\xFF", "utf-8"), "ä\u{FFFD}")
  eq(native.to_utf8("\xFF\xFEx\0"), "x")
  eq(native.to_utf8(""), "")
end)

test("UTF-8 is the same string", function()
  local text = ("ä€😀"):rep(1000)
  eq(native.to_utf8(text), text)
end)

test("an unknown charset", function()
  local err = t.raises("http", native.to_utf8, "x", "klingon")
  eq(err.message, 'unknown charset "klingon"')
end)

test("one conversion after the other", function()
  for i = 1, 100 do
    eq(native.to_utf8(("\xE4"):rep(i * 1000), "latin1"), ("ä"):rep(i * 1000))
  end
end)
