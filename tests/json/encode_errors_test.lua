-- json.encode names the place of what it cannot write.
local json = require "arun.json"
local test = require "arun.test"
local same = test.same

local function refuses(value, path, message)
  local err = test.raises("json", json.encode, value)
  same(err.path, path)
  same(err.message, path .. ": " .. message)
  -- With sorted keys the walk is another one.
  same(test.raises("json", json.encode, value, { sort_keys = true }).message, err.message)
end

test("values that JSON has not", function()
  refuses({ users = { {}, {}, { callback = print } } }, "$.users[3].callback", "cannot encode a function")
  refuses(nil, "$", "cannot encode nil (null is json.null)")
  refuses({ coroutine.create(print) }, "$[1]", "cannot encode a thread")
  refuses({ io.stdout }, "$[1]", "cannot encode a FILE*")
  refuses({ x = 0 / 0 }, "$.x", "cannot encode NaN")
  refuses({ 1, math.huge }, "$[2]", "cannot encode infinity")
  refuses({ 1, -math.huge }, "$[2]", "cannot encode -infinity")
end)

test("cycles", function()
  local value = { a = { 1, {} } }
  value.a[2].back = value.a
  refuses(value, "$.a[2].back", "cannot encode a cycle (this is $.a again)")
  local own = {}
  own[1] = own
  refuses(own, "$[1]", "cannot encode a cycle (this is $ again)")
end)

test("a table that occurs twice is no cycle", function()
  local shared = { 1 }
  same(json.encode { shared, shared, { shared } }, "[[1],[1],[[1]]]")
end)

test("holes and mixed keys", function()
  local hint = " (keys of objects are strings)"
  refuses({ list = { 1, 2, nil, 4 } }, "$.list", "cannot encode an array with a hole: there is no [3]" .. hint)
  refuses({ [7] = 1 }, "$", "cannot encode an array with a hole: there is no [1]" .. hint)
  refuses({ { 1, x = 1 } }, "$[1]", "cannot encode a table with mixed keys, such as 'x' and 1")
  refuses({ a = { x = 1, [3] = 2 } }, "$.a", "cannot encode a table with mixed keys, such as 'x' and 3")
  refuses({ [0] = 1 }, "$", "cannot encode an array with the key 0: the first is 1")
  refuses({ [1.5] = 1 }, "$", "cannot encode the key 1.5, which is no string")
  refuses({ [true] = 1 }, "$", "cannot encode a key of type boolean")
  refuses(json.array { 1, x = 1 }, "$", "cannot encode an array with the key 'x'")
  refuses(json.array { 1, 2, nil, 4 }, "$", "cannot encode an array with a hole: there is no [3]" .. hint)
end)

test("keys that are no names are quoted in the path", function()
  refuses({ ["a b"] = { ['"\n'] = { print } } }, [=[$["a b"]["\"\x0A"][1]]=], "cannot encode a function")
  refuses({ ["\xFF"] = 1 }, [=[$["\xFF"]]=], "cannot encode a key that is not UTF-8")
  refuses({ [("k"):rep(100)] = print }, '$["' .. ("k"):rep(60) .. '..."]', "cannot encode a function")
end)

test("an error leaves encode usable", function()
  for _ = 1, 100 do
    test.raises("json", json.encode, { ("x"):rep(5000), print })
    same(json.encode { 1 }, "[1]")
  end
end)
