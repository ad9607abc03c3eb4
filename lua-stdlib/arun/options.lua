-- Options tables: every key is known, or the error names the nearest one that is.

local core = require "arun.native.core"

local options = {}

---Raises an error of kind "usage" whose message begins with the place of the caller.
---@param message string
---@param level integer how many functions up the caller is, as in `error`; Lua parts of arun are passed over
function options.usage(message, level)
  local where = ""
  local info
  repeat
    level = level + 1
    info = debug.getinfo(level, "Sl")
    if info and info.currentline > 0 and not info.short_src:find("^arun/") then
      where = ("%s:%d: "):format(info.short_src, info.currentline)
    end
  until not info or where ~= ""
  error(core.error { kind = "usage", message = where .. message }, 0)
end

---Edit distance (Levenshtein) of two words.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local substitution = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      diagonal = row[j]
      row[j] = math.min(row[j] + 1, row[j - 1] + 1, substitution)
    end
  end
  return row[#b]
end

local function nearest(given, names)
  local found
  local least = math.max(2, #given // 3) + 1
  for _, name in ipairs(names) do
    local d = distance(given, name)
    if d < least then
      least, found = d, name
    end
  end
  return found
end

---Checks that `given` is nil or a table whose keys are all among the names.
---@param given table? the options as the caller gave them
---@param names string[] the keys there are
---@param level integer? how many functions up the one to blame is; 1 (the default) called the caller of `check`
---@return table given never nil
function options.check(given, names, level)
  level = (level or 1) + 2
  if given == nil then return {} end
  if type(given) ~= "table" then
    options.usage(("options table expected, got %s"):format(type(given)), level)
  end
  for key in pairs(given) do
    local known = false
    for _, name in ipairs(names) do
      known = known or key == name
    end
    if not known then
      if type(key) ~= "string" then
        options.usage(("options have names, got a key of type %s"):format(type(key)), level)
      end
      local close = nearest(key, names)
      options.usage(close and ("unknown option '%s' (did you mean '%s'?)"):format(key, close)
        or ("unknown option '%s'"):format(key), level)
    end
  end
  return given
end

-- What messages call a value that is not as it should be.
local function shown(value)
  if value ~= value then return "NaN" end
  if type(value) == "number" then return tostring(value) end
  local meta = getmetatable(value)
  local name = type(meta) == "table" and rawget(meta, "__name")
  return type(name) == "string" and name or type(value)
end

---Raises: the option is of the wrong kind.
function options.wrong(name, expected, value)
  options.usage(("option '%s': %s expected, got %s"):format(name, expected, shown(value)), 2)
end

---A number option.
---@param given table the options
---@param name string
---@param default number|false|nil nil: the option must be given; false: it may be missing
---@param range {least: number?, above: number?, most: number?, integer: boolean?} what it may be; infinity is an
---integer
---@return number? value
function options.number(given, name, default, range)
  local value = given[name]
  if value == nil and default ~= nil then return default or nil end
  local good = type(value) == "number" and value == value
    and (not range.least or value >= range.least) and (not range.above or value > range.above)
    and (not range.most or value <= range.most)
    and (not range.integer or math.type(value) == "integer" or value == math.huge)
  if not good then
    local expected = { range.integer and "an integer" or "a number" }
    if range.least then expected[#expected + 1] = ("from %g"):format(range.least) end
    if range.above then expected[#expected + 1] = ("above %g"):format(range.above) end
    if range.most then expected[#expected + 1] = ("up to %g"):format(range.most) end
    options.wrong(name, table.concat(expected, " "), value)
  end
  return value
end

---A boolean option.
---@param default? boolean (default false)
---@return boolean
function options.boolean(given, name, default)
  local value = given[name]
  if value == nil then return default or false end
  if type(value) ~= "boolean" then options.wrong(name, "a boolean", value) end
  return value
end

---Whether a value can be called.
function options.callable(value)
  if type(value) == "function" then return true end
  local meta = getmetatable(value)
  return type(meta) == "table" and meta.__call ~= nil
end

---A string option; nil when it is not given.
---@param required? boolean whether it must be given
---@return string? value
function options.text(given, name, required)
  local value = given[name]
  if value == nil and not required then return nil end
  if type(value) ~= "string" then options.wrong(name, "a string", value) end
  return value
end

return options
