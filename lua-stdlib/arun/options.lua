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

return options
