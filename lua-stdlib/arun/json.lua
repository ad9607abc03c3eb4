---@meta arun.json
-- JSON (RFC 8259), both ways: json.decode and json.encode.
--
-- | JSON    | Lua                                                                                                |
-- |---------|----------------------------------------------------------------------------------------------------|
-- | object  | table with string keys; of a repeated key the last value counts                                    |
-- | array   | table 1 to n, marked as by json.array: it stays an array also when it becomes empty                |
-- | string  | string (UTF-8)                                                                                     |
-- | number  | integer where it is one of 64 bits; else float, as -0 and what has a point or an exponent          |
-- | null    | json.null, which is not nil and counts as true in a condition                                      |
--
-- Integers and floats come back exactly as they went.

local native = require "arun.native.json"

local json = {}

---JSON's null. Compare with `==`; `tostring` gives "null".
---@type userdata
json.null = native.null

---Reads a JSON text: one value, with nothing but white space around it.
---@param text string UTF-8, at most 4 GiB
---@param options? {null: any} `null`: what JSON's null becomes (default: json.null)
---@return any value
---Raises kind "json" with `line` and `column` (from 1; the column counts bytes) when the text is not JSON:
---`line 3, column 14: expected ':' after the key, got '1'`. Refused are also a byte order mark, invalid UTF-8, numbers
---beyond the range of a float, and more than 1000 levels of nesting. Kind "usage" for arguments and options.
---@usage local config = json.decode(fs.read_file("config.json"))
json.decode = native.decode

---Writes a value as JSON: strings, numbers, booleans, json.null, and tables of these. A table with the keys 1 to n
---becomes an array, one with string keys an object, `{}` an object, `json.array{}` an array. Metamethods are not used.
---@param value any
---@param options? {pretty: boolean|integer, sort_keys: boolean} `pretty`: each item on a line of its own, indented by 2
---spaces or by so many (1 to 16); `sort_keys`: objects in byte order of their keys (default: in any order)
---@return string text UTF-8
---Raises kind "json" with `path`, the place of what cannot be written: `$.users[3].callback: cannot encode a function`.
---Refused are also NaN and infinities, cycles, strings that are not UTF-8, arrays with holes, tables with mixed keys,
---and more than 1000 levels of nesting. Kind "usage" for arguments and options.
---@usage json.encode({ name = "Ada", tags = json.array {} }, { pretty = true })
json.encode = native.encode

---Marks a table as an array, so that it encodes as one also when it is empty.
---@generic T
---@param items? T[] default: a new table
---@return T[] items the same table
---Raises kind "usage" when it has a metatable of its own.
json.array = native.array

return json
