-- Text that is not UTF-8 is refused both ways, where it first is not.
local json = require "arun.json"
local test = require "arun.test"
local same = test.same

local bad = {
  "\xFF", "\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
  "\xE6\x9D",
}

test("decode", function()
  for _, bytes in ipairs(bad) do
    local err = test.raises("json", json.decode, '["ok",\n "ab' .. bytes .. '"]')
    same(err.message, "line 2, column 5: invalid UTF-8")
    err = test.raises("json", json.decode, "[1," .. bytes .. "]")
    same(err.message, "line 1, column 4: invalid UTF-8")
  end
end)

test("encode, in values and keys, short and long", function()
  for _, bytes in ipairs(bad) do
    for _, filler in ipairs { "", "x", "seven b", "exactly8", ("long "):rep(2000) } do
      local err = test.raises("json", json.encode, { a = { filler .. bytes } })
      same(err.message, "$.a[1]: cannot encode a string that is not UTF-8")
      err = test.raises("json", json.encode, { [filler .. bytes] = 1 })
      test.truthy(err.message:find("cannot encode a key that is not UTF-8", 1, true), err.message)
    end
  end
end)

test("what is UTF-8 passes", function()
  local text = "\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}"
  same(json.decode(json.encode(text)), text)
end)
