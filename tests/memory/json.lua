-- A bit of everything of arun.json that allocates.
local json = require "arun.json"

local text = '{"name": "Ada \\u00e9\\ud83d\\ude00", "list": [1, 2.5, -0, 1e300, 18446744073709551616], "none": null, '
  .. '"nested": {"a": [[], {}, [true, false]], "a long key that is made anew": "' .. ("x"):rep(5000) .. '"}}'
local value = json.decode(text)
local again = json.decode(json.encode(value, { sort_keys = true, pretty = true }))
local list = json.array {}
for i = 1, 200 do list[i] = { id = i, name = "item " .. i } end
local encoded = json.encode(list)

local found = {
  #text, again.name, again.list[5], again.none == json.null, #again.nested.a, #encoded, json.decode(encoded)[200].name,
  tostring(select(2, pcall(json.decode, '{"a": [1,]}'))),
  tostring(select(2, pcall(json.encode, { users = { { callback = print } } }))),
}
for i = 1, #found do found[i] = tostring(found[i]) end
result = table.concat(found, " ")
