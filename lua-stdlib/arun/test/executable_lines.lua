-- Which lines of a Lua file have code that runs: read from the compiled form, so that functions that were never called
-- count as well. The format is that of Lua 5.4 (lundump.c); Lua itself says only what the lines of one function are.

-- What is constant by its type tag (lobject.h): how many bytes it takes, or "string".
local CONSTANT = { [0x00] = 0, [0x01] = 0, [0x11] = 0, [0x03] = 8, [0x13] = 8, [0x04] = "string", [0x14] = "string" }
local ABSOLUTE = -128 -- in place of a difference between two lines: the line stands in a list

local Reader = {}
Reader.__index = Reader

function Reader:take(format)
  local value
  value, self.at = string.unpack(format, self.dump, self.at)
  return value
end

function Reader:skip(bytes) self.at = self.at + bytes end

-- A number in groups of seven bits, the last one marked.
function Reader:number()
  local value = 0
  repeat
    local byte = self:take "B"
    value = value << 7 | byte & 0x7f
  until byte & 0x80 ~= 0
  return value
end

function Reader:string()
  local size = self:number()
  if size > 0 then self:skip(size - 1) end
end

function Reader:repeated(item)
  for _ = 1, self:number() do item(self) end
end

local function constant(reader)
  local size = CONSTANT[reader:take "B"]
  if size == "string" then return reader:string() end
  reader:skip(size)
end

-- The line of each instruction.
local function instruction_lines(reader, first)
  local steps = {}
  reader:repeated(function() steps[#steps + 1] = reader:take "b" end)
  local absolute = {}
  reader:repeated(function() absolute[reader:number()] = reader:number() end)
  local lines, line = {}, first
  for i, step in ipairs(steps) do
    line = step == ABSOLUTE and absolute[i - 1] or line + step
    lines[i] = line
  end
  return lines
end

local function func(reader, found)
  reader:string() -- its source
  local first = reader:number()
  reader:number() -- its last line
  reader:skip(1) -- parameters
  local vararg = reader:take "B" ~= 0
  reader:skip(1) -- stack
  reader:skip(4 * reader:number()) -- instructions
  reader:repeated(constant)
  reader:skip(3 * reader:number()) -- upvalues
  reader:repeated(function() func(reader, found) end)
  local lines = instruction_lines(reader, first)
  -- The first instruction of a vararg function and the return at the end of each are nobody's lines.
  for i = vararg and 2 or 1, #lines - 1 do found[lines[i]] = true end
  reader:repeated(function() -- local variables
    reader:string()
    reader:number()
    reader:number()
  end)
  reader:repeated(Reader.string) -- names of upvalues
end

---The lines of a chunk that have code.
---@param chunk function as load or loadfile gives it
---@return table<integer, true>
return function(chunk)
  local found = {}
  -- The header: signature, version, format, data to check, the sizes of three types, an integer, a number, and how many
  -- upvalues there are.
  local reader = setmetatable({ dump = string.dump(chunk), at = 4 + 1 + 1 + 6 + 3 + 8 + 8 + 1 + 1 }, Reader)
  func(reader, found)
  return found
end
