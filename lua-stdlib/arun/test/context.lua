-- What a test's function is given: `t`. The assertions are the same for all; the rest belongs to one run of one test.

local native = require "arun.native.test"
local options = require "arun.options"
local assertions = require "arun.test.assertions"
local fixtures = require "arun.test.fixtures"

-- Each makes a field of `t` for a run; they are described at arun.TestContext (arun/test.lua).
local context = {}

function context.skip(run)
  return function(why) error({ [run] = true, why = why and tostring(why) or true }, 0) end
end

function context.after(run)
  return function(fn)
    options.callable(fn, 1, "after")
    table.insert(run.cleanups, fn)
  end
end

function context.log(run)
  return function(...)
    local parts = table.pack(...)
    for index = 1, parts.n do parts[index] = tostring(parts[index]) end
    run.log = run.log or {}
    table.insert(run.log, table.concat(parts, "\t"))
  end
end

function context.real_time()
  return function() native.virtual_time(false) end
end

function context.use(run, t)
  return function(name) return fixtures.get(run, t, name) end
end

function context.name(run) return run.test.name end

-- The key under which a `t` holds its run.
local held = {}

local Context = {}

-- What belongs to the run is made when it is first asked for.
function Context.__index(t, key)
  local fn = assertions[key]
  if fn then return fn end
  local make = context[key]
  if make then
    local value = make(rawget(t, held), t)
    rawset(t, key, value)
    return value
  end
  options.usage(("a test's t has no '%s'"):format(tostring(key)))
end

---A `t` for this run.
---@param run table
---@return arun.TestContext
return function(run)
  return setmetatable({ [held] = run }, Context)
end
