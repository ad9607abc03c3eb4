-- Fixtures of tests: set up when first asked for, cleaned up in the reverse order.

local async = require "arun.async"
local native = require "arun.native.async"
local options = require "arun.options"

local fixtures = {}

-- Runs the fixture's function up to its `use`. Gives the value, and a function that runs the rest.
local function set_up(fixture, t)
  local given, ended = false, false
  local rest = coroutine.wrap(function()
    fixture.fn(function(value)
      if given then error(("fixture '%s' calls use twice"):format(fixture.name), 2) end
      given = true
      coroutine.yield(value)
    end, t)
    ended = true
  end)
  local value = rest()
  if not given then error(("fixture '%s' ended without a call of use"):format(fixture.name), 0) end
  return value, function()
    rest()
    if not ended then error(("fixture '%s' yielded"):format(fixture.name), 0) end
  end
end

-- A fixture of a group lives in a task of its own, for the test that asked first does not outlive it.
local function host(fixture, t, ready, stop)
  local ok, value, finish = pcall(set_up, fixture, t)
  if not ok then
    ready:set_error(value)
    return
  end
  ready:set_result(value)
  stop:wait()
  finish()
end

local function shared(run, fixture, t)
  local group = fixture.group
  group.shared = group.shared or {}
  local held = group.shared[fixture]
  if not held then
    held = { ready = async.future(), stop = async.event() }
    held.task = native.create_task(host, fixture, t, held.ready, held.stop)
    held.task:set_name("fixture " .. fixture.name)
    held.value = async.await(held.ready)
    group.shared[fixture] = held
    group.shared[#group.shared + 1] = held
    run.keep(held.task)
  end
  return held.value
end

local function find(group, name)
  while group do
    local fixture = group.fixtures[name]
    if fixture then return fixture end
    group = group.parent
  end
  return options.usage(("there is no fixture '%s' in this group or file"):format(name))
end

---The value of a fixture, which is set up if it is not yet.
---@param run table the run of the test
---@param t table
---@param name string
---@return any
function fixtures.get(run, t, name)
  options.string(name, 1, "use")
  local fixture = find(run.test.group, name)
  if fixture.scope == "group" then return shared(run, fixture, t) end
  run.fixtures = run.fixtures or {}
  local held = run.fixtures[fixture]
  if held then
    if held.making then options.usage(("fixture '%s' needs itself"):format(name)) end
    return held.value
  end
  held = { making = true }
  run.fixtures[fixture] = held
  local value, finish = set_up(fixture, t)
  held.value, held.making = value, nil
  table.insert(run.cleanups, finish)
  return value
end

---Cleans up the fixtures of a group, those made last first.
---@param group table
function fixtures.finish(group)
  local list = group.shared or {}
  group.shared = nil
  for index = #list, 1, -1 do
    list[index].stop:set()
    async.await(list[index].task)
  end
end

return fixtures
