-- Generators that clean up when their loop is left, and context managers made of one function.

local native = require "arun.native.async"
local options = require "arun.options"
local invoke = require "arun.async.invoke"

local M = {}

---Makes a generator function: fn yields values with coroutine.yield, and may await in between.
---`for value in gen(...) do` runs it; leaving the loop early unwinds it at its yield, so that its `<close>` variables
---run, which may await.
---@param fn function
---@return function gen
---@usage local count = async.generator(function(n)
---  for i = 1, n do
---    async.sleep(1)
---    coroutine.yield(i)
---  end
---end)
---for i in count(3) do print(i) end
function M.generator(fn)
  options.callable(fn, 1, "generator")
  fn = native.plain(fn)
  return function(...)
    local arguments = table.pack(...)
    local generator = native.generator(function()
      invoke(fn, table.unpack(arguments, 1, arguments.n))
    end)
    return generator, nil, nil, generator
  end
end

-- What a context manager gives to `<close>`: the rest of its function.
local Scope = { __name = "context" }
Scope.__index = Scope

function Scope:__close(err)
  local rest = self.rest
  self.rest = nil
  if not rest then return end
  rest(err)
  if not self.ended() then error("a context manager's function must yield once", 0) end
end

---Makes a context manager of a function that acquires, yields a handle once with coroutine.yield, and releases.
---`local scope <close>, handle = cm(...)`: what follows the yield runs when the scope is left, in any way; the yield
---gives the error that is passing by, or nil.
---@param fn function
---@return function cm
---@usage local connection = async.context_manager(function(url)
---  local handle = connect(url)
---  coroutine.yield(handle)
---  handle:close()
---end)
---local scope <close>, handle = connection("db://example")
function M.context_manager(fn)
  options.callable(fn, 1, "context_manager")
  return function(...)
    local arguments = table.pack(...)
    local ended = false
    local rest = coroutine.wrap(function()
      invoke(fn, table.unpack(arguments, 1, arguments.n))
      ended = true
    end)
    local handles = table.pack(rest())
    if ended then error("a context manager's function must yield once", 2) end
    return setmetatable({ rest = rest, ended = function() return ended end }, Scope),
      table.unpack(handles, 1, handles.n)
  end
end

return M
