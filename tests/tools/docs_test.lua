-- What the reference says of annotations.
package.path = "tools/?.lua;" .. package.path

local annotations = require "docs.annotations"
local markdown = require "docs.markdown"
local test = require "arun.test"
local same = test.same

local function lines_of(write)
  local out = {}
  write(out)
  return (table.concat(out, "\n"):gsub("^\n", ""))
end

local function entry(text, value)
  local file = annotations.parse(text, "m.lua")
  return lines_of(function(out) markdown.entry(out, "m." .. file.entries[1].name, file.entries[1], value) end)
end

local function class(text, number)
  local file = annotations.parse(text, "m.lua")
  for _, each in ipairs(file.classes) do markdown.announce(each, "m") end
  return lines_of(function(out) markdown.class(out, file.classes[number or 1]) end)
end

test("a function: parameters, results, what it raises, an example", function()
  same(entry([==[
---Finds it,
---wherever it is.
---@param name string
---@param from? integer where to
---begin
---@param to integer? where to end
---@return fun(): string, integer matches with their places
---Raises kind "usage".
---@usage m.find("x")
function M.find(name, from, to) end
]==], print), [==[
### `m.find(name [, from [, to]])`

Finds it, wherever it is.

- `name` (`string`)
- `from` (`integer`, optional): where to begin
- `to` (`integer`, optional): where to end

Returns `matches` (`fun(): string, integer`): with their places.

Raises kind "usage".

```lua
m.find("x")
```]==])
end)

test("a table of options, and several results", function()
  same(entry([==[
---Does it.
---@param options? {mode: integer, sync: boolean, other: string} mode: 0 to 7; rarely 8; `sync`: waits
---@return boolean ok
---@return any ... the results
M.run = native.run
]==], print), [==[
### `m.run([options])`

Does it.

- `options` (table, optional):
  - `mode` (`integer`): 0 to 7; rarely 8
  - `sync` (`boolean`): waits
  - `other` (`string`)

Returns

- `ok` (`boolean`)
- `...` (`any`): the results]==])
end)

test("a table is not called", function()
  same(entry("---Paths.\nM.path = require 'path'\n", {}), "### `m.path`\n\nPaths.")
end)

test("a class: fields and methods, each with what is said of it", function()
  same(class [==[
---@class arun.Thing something. To be closed
---@field path string as given;
---Lua's own
---@field seek fun(self: arun.Thing, whence: "set"|nil, offset: integer?): integer? moves it
---Raises kind "io".
---@field read fun(self: arun.Thing, ...: "l"|"a"): string? ... reads
---@field ended fun(thing: arun.Thing)? is called at the end
---@field close fun(self)
]==], [==[
### arun.Thing

Something. To be closed.

- `path` (`string`): as given; Lua's own
- `thing:seek([whence [, offset]])` → `integer?`: moves it. Raises kind "io".
- `thing:read(...)` → `string? ...`: reads
- `ended` (`fun(thing: arun.Thing)`, optional): is called at the end
- `thing:close()`]==])
end)

test("a class that has the methods of another", function()
  same(class([==[
---@class arun.Base a base
local Base = {}
---Takes one.
---@param n? integer
function Base:take(n) end
---@class arun.MoreThings: arun.Base more
]==], 2), [==[
### arun.MoreThings

More.

As [`arun.Base`](m.md#arunbase): `more_things:take([n])`.]==])
end)

test("the head of a file: what is indented stays as it is, lists go on", function()
  same(lines_of(function(out) markdown.head(out, "Says\n  a  b\nand\n\n- one\n  item\n") end),
    "Says\n```text\na  b\n```\nand\n\n- one\n  item\n")
end)
