-- Whatever takes a function takes an async function and an awaitable as well: this is how.

local native = require "arun.native.async"

local kind_of, plain, await = native.kind_of, native.plain, native.await

---Calls a function, plain or async, or awaits an awaitable.
---@param x any
---@param ... any the function's arguments
---@return any ... its results
return function(x, ...)
  if kind_of(x) == "function" then return plain(x)(...) end
  return await(x)
end
