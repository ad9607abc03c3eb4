-- Checks of arguments and options. What is wrong raises kind "usage" at the line of the script that called into arun.

local core = require "arun.native.core"
local native = require "arun.native.async"

local options = {}

---Raises an error of kind "usage" whose message begins with the place in the script.
---@param message string
options.usage = core.usage

-- What messages call a value that is not as it should be.
local function shown(value)
  if value ~= value then return "NaN" end
  if type(value) == "number" then return tostring(value) end
  local meta = getmetatable(value)
  local name = type(meta) == "table" and rawget(meta, "__name")
  return type(name) == "string" and name or type(value)
end

-- Arguments ----------------------------------------------------------------------------------------------------------

---Raises unless the argument is good.
---@param good any
---@param number integer which argument
---@param name string of the function
---@param expected string what the argument should be
---@param value any what it is
function options.argument(good, number, name, expected, value)
  if good then return end
  options.usage(("bad argument #%d to '%s' (%s expected, got %s)"):format(number, name, expected, shown(value)))
end

local argument = options.argument

function options.string(value, number, name)
  argument(type(value) == "string", number, name, "string", value)
end

function options.table(value, number, name)
  argument(type(value) == "table", number, name, "table", value)
end

---A number of seconds.
function options.seconds(value, number, name)
  argument(type(value) == "number" and value == value, number, name, "seconds", value)
end

---An integer, and not below the least.
function options.integer(value, number, name, least)
  argument(math.type(value) == "integer" and value >= least, number, name, ("an integer from %d"):format(least), value)
end

---Whether a value can be called.
function options.is_callable(value)
  if type(value) == "function" then return true end
  local meta = getmetatable(value)
  return type(meta) == "table" and meta.__call ~= nil
end

---What can be called, plain or async.
function options.callable(value, number, name)
  argument(options.is_callable(value), number, name, "function", value)
end

---What can become a task.
function options.runnable(value, number, name)
  local kind = native.kind_of(value)
  argument(kind and kind ~= "task", number, name, "coroutine, function or awaitable", value)
end

---What can be run or awaited.
function options.awaitable(value, number, name)
  argument(native.kind_of(value), number, name, "coroutine, task, future or function", value)
end

-- Options tables: every key is known, or the error names the nearest one that is -------------------------------------

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
---@param hints? table<string, string> what to say of keys that others know
---@return table given never nil
function options.check(given, names, hints)
  if given == nil then return {} end
  if type(given) ~= "table" then options.usage(("options table expected, got %s"):format(shown(given))) end
  for key in pairs(given) do
    local known = false
    for _, name in ipairs(names) do
      known = known or key == name
    end
    if not known then
      if type(key) ~= "string" then options.usage(("options have names, got a key of type %s"):format(type(key))) end
      local hint = hints and hints[key]
      if hint then options.usage(("unknown option '%s' (%s)"):format(key, hint)) end
      local close = nearest(key, names)
      options.usage(close and ("unknown option '%s' (did you mean '%s'?)"):format(key, close)
        or ("unknown option '%s'"):format(key))
    end
  end
  return given
end

---Raises: the option is of the wrong kind.
function options.wrong(name, expected, value)
  options.usage(("option '%s': %s expected, got %s"):format(name, expected, shown(value)))
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

---A string option; nil when it is not given.
---@param required? boolean whether it must be given
---@return string? value
function options.text(given, name, required)
  local value = given[name]
  if value == nil and not required then return nil end
  if type(value) ~= "string" then options.wrong(name, "a string", value) end
  return value
end

---A function option; nil when it is not given.
function options.fn(given, name)
  local value = given[name]
  if value ~= nil and not options.is_callable(value) then options.wrong(name, "a function", value) end
  return value
end

return options
