-- 1000 levels pass both ways, more is a clear error.
local json = require "arun.json"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local function nested_text(levels, innermost)
  return ("["):rep(levels) .. innermost .. ("]"):rep(levels)
end

local function nested_table(levels, innermost)
  local value = innermost
  for _ = 1, levels do value = { value } end
  return value
end

test("1000 levels pass", function()
  local text = nested_text(1000, "1")
  same(json.encode(json.decode(text)) == text, true)
  same(json.encode(nested_table(1000, 1)) == text, true)
  local objects = ('{"a":'):rep(1000) .. "1" .. ("}"):rep(1000)
  same(json.encode(json.decode(objects), { sort_keys = true }) == objects, true)
end)

test("more is refused, with the place", function()
  local err = test.raises("json", json.decode, "\n" .. nested_text(1001, "1"))
  same(err.message, "line 2, column 1001: nested deeper than 1000 levels")
  err = test.raises("json", json.decode, nested_text(1001, "-0"))
  same(err.message, "line 1, column 1001: nested deeper than 1000 levels")
  err = test.raises("json", json.decode, ("["):rep(1000000))
  same(err.message, "line 1, column 1001: nested deeper than 1000 levels")
  test.raises("nested deeper", json.decode, ('{"a":'):rep(1001) .. "1" .. ("}"):rep(1001))
  for _, options in ipairs { {}, { sort_keys = true }, { pretty = true } } do
    err = test.raises("nested deeper than 1000 levels", json.encode, nested_table(1001, 1), options)
    truthy(#err.message < 200, "the middle of the path is left out")
  end
end)

test("in a coroutine inside a coroutine too", function()
  local text = nested_text(1000, "1")
  local run = coroutine.wrap(function()
    return coroutine.wrap(function() return json.encode(json.decode(text)) end)()
  end)
  truthy(run() == text)
end)
