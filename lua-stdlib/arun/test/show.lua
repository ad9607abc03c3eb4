-- Values as text, for the messages of assertions: on one line, or on many so that two of them can be compared.

local M = {}

local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return escapes[c] or ("\\x%02X"):format(c:byte()) end) .. '"'
end

-- Whether its items are shown; what speaks for itself is asked.
local function is_open(value)
  if type(value) ~= "table" then return false end
  local meta = getmetatable(value)
  return not (type(meta) == "table" and meta.__tostring)
end

local function scalar(value)
  if type(value) == "string" then return quoted(value) end
  local ok, text = pcall(tostring, value)
  return ok and text or type(value)
end

local ranks = { number = 1, string = 2, boolean = 3 }

local function before(a, b)
  local rank_a, rank_b = ranks[type(a)] or 4, ranks[type(b)] or 4
  if rank_a ~= rank_b then return rank_a < rank_b end
  if rank_a <= 2 then return a < b end
  return tostring(a) < tostring(b)
end

-- The items of a table in an order that does not depend on chance: those of the sequence, then the others by key.
local function items(value)
  local list, length = {}, 0
  while rawget(value, length + 1) ~= nil do
    length = length + 1
    list[length] = { item = rawget(value, length) }
  end
  local keys = {}
  for key in next, value do
    if not (math.type(key) == "integer" and key >= 1 and key <= length) then keys[#keys + 1] = key end
  end
  table.sort(keys, before)
  for _, key in ipairs(keys) do
    local name = type(key) == "string" and key:find("^[%a_][%w_]*$") and key or ("[%s]"):format(scalar(key))
    list[#list + 1] = { name = name .. " = ", item = rawget(value, key) }
  end
  return list
end

-- Adds the lines of a value to `out`, its first one behind `lead`.
local function add_lines(out, value, indent, lead, trail, above)
  if not is_open(value) then
    out[#out + 1] = indent .. lead .. scalar(value) .. trail
  elseif above[value] then
    out[#out + 1] = indent .. lead .. "<cycle>" .. trail
  elseif next(value) == nil then
    out[#out + 1] = indent .. lead .. "{}" .. trail
  else
    out[#out + 1] = indent .. lead .. "{"
    above[value] = true
    for _, entry in ipairs(items(value)) do
      add_lines(out, entry.item, indent .. "  ", entry.name or "", ",", above)
    end
    above[value] = nil
    out[#out + 1] = indent .. "}" .. trail
  end
end

---The lines of a value, an item on each.
---@param value any
---@return string[]
function M.lines(value)
  local out = {}
  add_lines(out, value, "", "", "", {})
  return out
end

local function add_text(out, value, above)
  if not is_open(value) then
    out[#out + 1] = scalar(value)
  elseif above[value] then
    out[#out + 1] = "<cycle>"
  elseif next(value) == nil then
    out[#out + 1] = "{}"
  else
    out[#out + 1] = "{ "
    above[value] = true
    for index, entry in ipairs(items(value)) do
      if index > 1 then out[#out + 1] = ", " end
      out[#out + 1] = entry.name or ""
      add_text(out, entry.item, above)
    end
    above[value] = nil
    out[#out + 1] = " }"
  end
end

---A value on one line.
---@param value any
---@param most integer? bytes at most, else it is cut
---@return string
function M.line(value, most)
  local out = {}
  add_text(out, value, {})
  local text = table.concat(out)
  if most and #text > most then
    local cut = utf8.offset(text, 0, most - 3)
    text = text:sub(1, (cut or most - 3) - 1) .. "..."
  end
  return text
end

return M
