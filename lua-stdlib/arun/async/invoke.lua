-- Whatever takes a function takes an async function and an awaitable as well: this is how.

local native = require "arun.native.async"

local kind_of, await = native.kind_of, native.await

local function finish(...)
  if select("#", ...) == 1 and kind_of(...) == "coroutine" then return await(...) end
  return ...
end

local function awaitable(x)
  if kind_of(x) then return true end
  local meta = getmetatable(x)
  return type(meta) == "table" and meta.__await ~= nil
end

---Calls a function, and awaits the coroutine object that an async function gives; awaits an awaitable.
---@param x any
---@param ... any the function's arguments
---@return any ... its results
return function(x, ...)
  if type(x) ~= "function" and awaitable(x) then return await(x) end
  return finish(x(...))
end
