-- Fixtures of tests: set up when first asked for, cleaned up in the reverse order.

local async = require "arun.async"
local native = require "arun.native.async"
local options = require "arun.options"
local handles = require "arun.test.handles"

local fixtures = {}

-- Through pcall, a C function, so that no place in this file is put before the message of an error.
local function resume(coroutine_of)
  local ok, value = pcall(coroutine_of)
  if not ok then error(value, 0) end
  return value
end

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
  local value = resume(rest)
  if not given then error(("fixture '%s' ended without a call of use"):format(fixture.name), 0) end
  return value, function()
    resume(rest)
    if not ended then error(("fixture '%s' yielded"):format(fixture.name), 0) end
  end
end

-- A fixture of a group lives in a task of its own, for the test that asked first does not outlive it.
local function host(fixture, t, held)
  local ok, value, finish = pcall(set_up, fixture, t)
  if not ok then
    held.ready:set_error(value)
    return
  end
  held.ready:set_result(value)
  held.stop:wait()
  finish()
end

-- The set-up of a group's fixture failed, or the test was cancelled meanwhile: the next test makes it anew.
local function give_up(group, fixture, held)
  group.shared[fixture] = nil
  held.task:cancel()
  async.wait { held.task }
end

local function shared(run, fixture, t)
  local group = fixture.group
  group.shared = group.shared or {}
  local held = group.shared[fixture]
  if held then return async.await(held.ready) end
  held = { ready = async.future(), stop = async.event() }
  group.shared[fixture] = held
  local mark = handles.mark()
  held.task = native.create_task(host, fixture, t, held)
  held.task:set_name("fixture " .. fixture.name)
  local _ <close> = setmetatable({}, { __close = function(_, err)
    if err ~= nil then give_up(group, fixture, held) end
  end })
  local value = async.await(held.ready)
  group.shared[#group.shared + 1] = held
  run.keep(held.task, mark)
  return value
end

-- A fixture of the test itself, set up in the task that asks first; others of its tasks wait for that.
local function own(run, fixture, t)
  run.fixtures = run.fixtures or {}
  local held = run.fixtures[fixture]
  local task = async.current_task():id()
  if held then
    if held.maker == task and not held.ready:done() then
      options.usage(("fixture '%s' needs itself"):format(fixture.name))
    end
    return async.await(held.ready)
  end
  held = { ready = async.future(), maker = task }
  run.fixtures[fixture] = held
  local ok, value, finish = pcall(set_up, fixture, t)
  if not ok then
    run.fixtures[fixture] = nil
    held.ready:set_error(value)
    error(value, 0)
  end
  table.insert(run.cleanups, finish)
  held.ready:set_result(value)
  return value
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
  return own(run, fixture, t)
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
