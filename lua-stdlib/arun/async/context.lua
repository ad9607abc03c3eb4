-- Context variables: values that belong to a task and are inherited by the tasks it creates.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"

---@class arun.ContextVar a variable with a value for each task
local ContextVar = {}
ContextVar.__index = ContextVar
ContextVar.__name = "context_var"
local check_self = core.self_check(ContextVar)

---Its value in the current task.
---@return any value the default when it was never set here or where the task was created
function ContextVar:get()
  check_self(self)
  local context = native.context()
  local value = context and context[self]
  if value == nil then return self.default end
  return value
end

---Sets it for the current task and the tasks it creates from now on.
---@param value any nil: back to the default
---@return any previous the value before
function ContextVar:set(value)
  check_self(self)
  local previous = self:get()
  native.set_in_context(self, value)
  return previous
end

function ContextVar:__tostring() return ("<context_var '%s'>"):format(self.name) end

return {
  ---Makes a context variable.
  ---@param name string for messages
  ---@param default any what `get` gives where it was not set
  ---@return arun.ContextVar
  context_var = function(name, default)
    options.string(name, 1, "context_var")
    return setmetatable({ name = name, default = default }, ContextVar)
  end,
}
