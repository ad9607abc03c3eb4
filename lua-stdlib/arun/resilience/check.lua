-- Checks of option values: each raises kind "usage" at the place of the caller of the function that has the options.

local options = require "arun.options"

local check = {}

local function wrong(name, expected, value)
  options.usage(("option '%s': %s expected, got %s"):format(name, expected,
    type(value) == "number" and tostring(value) or type(value)), 4)
end

---A number option.
---@param given table the options
---@param name string
---@param default number? nil: the option must be given
---@param range {least: number, above: number, most: number, integer: boolean} what it may be; infinity is an integer
---@return number
function check.number(given, name, default, range)
  local value = given[name]
  if value == nil and default then return default end
  local good = type(value) == "number" and value == value
    and (not range.least or value >= range.least) and (not range.above or value > range.above)
    and (not range.most or value <= range.most)
    and (not range.integer or math.type(value) == "integer" or value == math.huge)
  if not good then
    local limits = {}
    if range.least then limits[#limits + 1] = ("from %g"):format(range.least) end
    if range.above then limits[#limits + 1] = ("above %g"):format(range.above) end
    if range.most then limits[#limits + 1] = ("to %g"):format(range.most) end
    wrong(name, (range.integer and "an integer " or "a number ") .. table.concat(limits, " "), value)
  end
  return value
end

check.callable = options.callable

---A function option; nil when it is not given.
function check.fn(given, name)
  local value = given[name]
  if value ~= nil and not options.callable(value) then wrong(name, "a function", value) end
  return value
end

check.wrong = wrong

return check
