-- One run of one test: in a task of its own, watched from outside, and looked at afterwards for what it left.

local async = require "arun.async"
local core = require "arun.native.core"
local native = require "arun.native.test"
local native_async = require "arun.native.async"
local context = require "arun.test.context"
local describe_left = require "arun.test.describe_left"
local globals = require "arun.test.globals"
local handles = require "arun.test.handles"
local show = require "arun.test.show"
local trace = require "arun.test.trace"

-- A test may have put others in their place.
local error, ipairs, math, pairs, rawget, setmetatable = error, ipairs, math, pairs, rawget, setmetatable
local table, tostring, type, xpcall = table, tostring, type, xpcall
local unpack = table.unpack
local create_task, clock = native_async.create_task, native.clock

-- When a test was cancelled, its clean-up may take as long as a test may, but within these bounds (real seconds).
local shortest_grace, longest_grace = 1, 5
-- What ends in this very moment has so many turns to be gone.
local turns = 20

local function fail(run, text) run.failures[#run.failures + 1] = text end

-- The message handler of all that belongs to a test, which runs while the stack stands. The error goes on as it is, for
-- `<close>` handlers see it. It need not be the test's end: `load` catches what its reader raises, and another error
-- may take its place on the way.
local function handler_of(run)
  return function(err)
    run.raised = run.trial:failure(err)
    return err
  end
end

-- What an error that came out is to the test: its end as skipped, a failure, or nothing when it is its cancellation.
local function note(run, err)
  if type(err) == "table" and rawget(err, run) then
    run.skipped = err.why
    return
  end
  local text = run.raised
  if not text then return end
  -- A table that cannot say what it is.
  if type(err) == "table" then text = text:gsub("^table: 0x%x+", function() return show.line(err, 1000) end) end
  fail(run, trace.clean(text, run.test.name, core.is_error(err, "assertion")))
end

-- While the test is cancelled no xpcall catches what is raised: it comes by here.
local Passing = { __close = function(self, err)
  if err ~= nil then note(self.run, err) end
end }

-- Runs a part of the test; whether it went well.
local function protected(run, fn, ...)
  local _ <close> = setmetatable({ run = run }, Passing)
  local ok, err = xpcall(fn, run.handler, ...)
  if not ok then note(run, err) end
  return ok
end

-- However the test ends, also cancelled: what was registered last comes first.
local CleanUp = { __close = function(self)
  local run = self.run
  run.trial:count(false)
  local cleanups = run.cleanups
  while #cleanups > 0 do
    local fn = table.remove(cleanups)
    protected(run, fn, run.t)
  end
  run.cleaned_up = true
end }

local function each_group(group, list)
  if group.parent then each_group(group.parent, list) end
  list[#list + 1] = group
  return list
end

local function set_up(run)
  local groups = each_group(run.test.group, {})
  for _, group in ipairs(groups) do
    for index = #group.after_each, 1, -1 do table.insert(run.cleanups, group.after_each[index]) end
  end
  for _, group in ipairs(groups) do
    for _, fn in ipairs(group.before_each) do
      if not protected(run, fn, run.t) then return false end
    end
  end
  return true
end

local function body(run)
  run.t = context(run)
  local _ <close> = setmetatable({ run = run }, CleanUp)
  local test = run.test
  if test.hooked and not set_up(run) then return end
  local arguments = test.arguments
  run.trial:count(true)
  if arguments then
    protected(run, test.fn, run.t, unpack(arguments, 1, arguments.n))
  else
    protected(run, test.fn, run.t)
  end
end

-- Waits for the task as long as it may take; Ctrl-C, which is for the runner, is noted.
local function watch(run, task, seconds)
  local ok, verdict = async.try(run.trial.watch, run.trial, task, seconds)
  if ok then return verdict end
  if not core.is_error(verdict, "cancelled") then error(verdict, 0) end
  run.interrupted = true
  return "interrupted"
end

-- Tasks of the run that have not ended, but for those that fixtures keep.
local function left(run)
  local tasks = {}
  for _, task in ipairs(run.trial:tasks()) do
    if not (run.kept and run.kept[task:id()]) then tasks[#tasks + 1] = task end
  end
  table.sort(tasks, function(a, b) return a:id() < b:id() end)
  return tasks
end

local function cancel(run)
  for _, task in ipairs(left(run)) do task:cancel("the test ended") end
end

local endings = {
  late = "took longer than %g s",
  deadlock = "deadlock: nothing can wake what it waits for",
}

-- The task did not end by itself.
local function break_off(run, task, verdict, limit)
  if verdict ~= "interrupted" then
    local text = endings[verdict]:format(limit) .. "\n" .. run.trial:describe()
    fail(run, trace.clean(text, run.test.name))
  end
  cancel(run)
  if not task:done() then
    local second = watch(run, task, run.grace)
    if second == "interrupted" then second = watch(run, task, run.grace) end
    if not task:done() then
      fail(run, trace.clean(("its clean-up does not end (%s); it is left behind\n"):format(second)
        .. run.trial:describe(), run.test.name))
      run.left_behind = true
    end
  end
end

local function check_tasks(run)
  local tasks = left(run)
  for _ = 1, turns do
    if #tasks == 0 then return end
    async.try(async.sleep, 0)
    tasks = left(run)
  end
  if #tasks == 0 then return end
  if not run.broken_off then fail(run, describe_left(tasks)) end
  cancel(run)
  for _, task in ipairs(tasks) do
    if not run.left_behind and watch(run, task, run.grace) ~= "ended" and not task:done() then
      fail(run, ("task '%s' does not end when it is cancelled; it is left behind"):format(task:name()))
      run.left_behind = true
    end
  end
end

-- Reports of the runtime come as one text: errors nobody awaited, coroutine objects that were never awaited, warnings.
local function check_reports(run)
  local trial = run.trial
  if trial:unawaited() > 0 then
    run.t = nil
    collectgarbage()
    collectgarbage()
  end
  local reports = trial:finish()
  if not reports then return end
  for report in ("\n" .. reports):gsub("\narun: ", "\0"):gmatch("%z([^%z]*)") do
    local warning = report:match("^warning: (.*)$")
    if warning and not warning:find("never awaited") and not warning:find("^error in ") then
      io.stderr:write("arun: ", report, "\n")
    elseif warning then
      fail(run, (warning:gsub("%s+$", "")))
    else
      fail(run, "nobody awaited the task that failed:\n" .. trace.clean(report, run.test.name))
    end
  end
end

---Runs a test once.
---@param test table
---@param settings {seed: integer?, cancel_at: integer?, timeout: number, real_time: boolean?}
---@return table run its `failures` (texts), `skipped`, `seconds` of real time, `log`, `task`, `trial`, `interrupted`
local function attempt(test, settings)
  local run = { test = test, failures = {}, cleanups = {} }
  run.handler = handler_of(run)
  -- What a fixture that outlives the test made: its tasks from this one on, its handles since the mark.
  run.keep = function(host, mark)
    run.kept, run.kept_handles = run.kept or {}, run.kept_handles or {}
    for _, task in ipairs(run.trial:tasks()) do
      if task ~= run.task and task:id() >= host:id() then run.kept[task:id()] = true end
    end
    for number in pairs(handles.opened(mark)) do run.kept_handles[number] = true end
  end
  if settings.seed then math.randomseed(settings.seed) end
  local trial = native.trial(settings.seed, settings.cancel_at)
  run.trial = trial
  globals.watch()
  local mark = handles.mark()
  local limit = test.timeout or settings.timeout
  run.grace = math.max(shortest_grace, math.min(limit, longest_grace))
  native.virtual_time(not (test.real_time or settings.real_time))
  local began = clock()
  local task = create_task(body, run)
  run.task = task
  task:set_name(test.name)
  local verdict = watch(run, task, limit)
  -- It ended by itself, in code that cannot be broken off.
  if verdict == "ended" and clock() - began > limit then fail(run, endings.late:format(limit)) end
  if verdict ~= "ended" then
    run.broken_off = true
    break_off(run, task, verdict, limit)
  end
  if trial:left() > 0 and not test.keeps_tasks then check_tasks(run) end
  run.seconds = clock() - began
  run.cancelled = task:done() and task:cancelled()
  local err = task:done() and task:error()
  if err and not run.cancelled then
    fail(run, tostring(err))
  elseif run.cancelled and verdict == "ended" and not settings.cancel_at then
    -- Ctrl-C stops code that computes in its own task, before it reaches the runner.
    run.interrupted = err.message == "interrupted"
    if not run.interrupted then fail(run, "the test cancelled its own task") end
  end
  native.virtual_time(false)
  -- What a new global held goes with it, and is reported for this test.
  globals.check(not test.may_set_globals and run.failures or nil)
  check_reports(run)
  if not test.keeps_tasks then
    run.t = nil
    for _, text in ipairs(handles.left(mark, run.kept_handles)) do fail(run, text) end
  end
  return run
end

return attempt
