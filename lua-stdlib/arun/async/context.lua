-- Context variables: values that belong to a task and are inherited by the tasks it creates.

local native = require "arun.native.async"

---@class arun.ContextVar a variable with a value for each task
local ContextVar = {}
ContextVar.__index = ContextVar
ContextVar.__name = "context_var"

---Its value in the current task.
---@return any value the default when it was never set here or where the task was created
function ContextVar:get()
  local context = native.context()
  local value = context and context[self]
  if value == nil then return self.default end
  return value
end

---Sets it for the current task and the tasks it creates from now on.
---@param value any nil: back to the default
---@return any previous the value before
function ContextVar:set(value)
  local previous = self:get()
  -- A context never changes: tasks share it with those they create.
  local fresh = {}
  for variable, set in pairs(native.context() or {}) do fresh[variable] = set end
  fresh[self] = value
  native.set_context(fresh)
  return previous
end

function ContextVar:__tostring() return ("<context_var '%s'>"):format(self.name) end

return {
  ---Makes a context variable.
  ---@param name string for messages
  ---@param default any what `get` gives where it was not set
  ---@return arun.ContextVar
  context_var = function(name, default)
    return setmetatable({ name = name, default = default }, ContextVar)
  end,
}
