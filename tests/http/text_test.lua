-- The text of a response in UTF-8.
local native = require "arun.native.http"
local test = require "arun.test"
local same = test.same

test("text by its charset", function()
  same(native.to_utf8("\xE4 \x80", "ISO-8859-1"), "ä €")
  same(native.to_utf8("ä\xFF", "utf-8"), "ä\u{FFFD}")
  same(native.to_utf8("\xFF\xFEx\0"), "x")
  same(native.to_utf8(""), "")
end)

test("UTF-8 is the same string", function()
  local text = ("ä€😀"):rep(1000)
  same(native.to_utf8(text), text)
end)

test("an unknown charset", function()
  local err = test.raises("http", native.to_utf8, "x", "klingon")
  same(err.message, 'unknown charset "klingon"')
end)

test("one conversion after the other", function()
  for i = 1, 100 do
    same(native.to_utf8(("\xE4"):rep(i * 1000), "latin1"), ("ä"):rep(i * 1000))
  end
end)
