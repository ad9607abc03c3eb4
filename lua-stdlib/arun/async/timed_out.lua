-- The error of a time limit for all of something.

local core = require "arun.native.core"

---@param seconds number the limit
---@return table error of kind "timeout"
return function(seconds)
  return core.error { kind = "timeout", phase = "total", message = ("timed out after %g s"):format(seconds) }
end
