-- One test file: loaded, its tests selected and run in their order. What happens is told as events:
--   {kind = "file", file}                                         its tests begin
--   {kind = "test", file, name, line, status, seconds, text, log} status: passed, failed, skipped, expected
--   {kind = "end", file, seconds, hidden}                         they ended; how many `only` kept from running

local async = require "arun.async"
local native = require "arun.native.test"
local tracking = require "arun.async.tracking"
local attempt = require "arun.test.attempt"
local describe_left = require "arun.test.describe_left"
local explore = require "arun.test.explore"
local fixtures = require "arun.test.fixtures"
local globals = require "arun.test.globals"
local suite = require "arun.test.suite"
local trace = require "arun.test.trace"

local M = {}

local shortest_end = 1 -- seconds, for what is cancelled at the end of a file

-- Selection ---------------------------------------------------------------------------------------------------------

local function has_tag(test, tag)
  for _, own in ipairs(test.tags) do
    if own == tag then return true end
  end
  return false
end

local function matches(test, settings)
  local pattern = settings.match
  if pattern and not test.name:find(pattern, 1, true) and not test.name:find(pattern) then return false end
  local wanted, found = false, false
  for _, tag in ipairs(settings.tags) do
    local unwanted = tag:match("^!(.+)$")
    if unwanted then
      if has_tag(test, unwanted) then return false end
    else
      wanted = true
      found = found or has_tag(test, tag)
    end
  end
  return found or not wanted
end

-- Marks the tests to run, and counts those of each group.
local function select_tests(group, wanted)
  group.selected = 0
  for _, item in ipairs(group.items) do
    if item.items then
      group.selected = group.selected + select_tests(item, wanted)
    else
      item.selected = wanted(item)
      group.selected = group.selected + (item.selected and 1 or 0)
    end
  end
  return group.selected
end

-- Running -----------------------------------------------------------------------------------------------------------

local Runner = {}
Runner.__index = Runner

function Runner:stopped() return self.interrupted or (self.settings.fail_fast and self.failed) end

function Runner:tell(test, status, seconds, text, log)
  self.failed = self.failed or status == "failed"
  self.emit {
    kind = "test", file = self.path, name = test.name, line = test.line, status = status, seconds = seconds,
    text = text, log = log and table.concat(log, "\n"),
  }
end

local function reason(value) return type(value) == "string" and value or nil end

function Runner:test(test)
  if test.skip then return self:tell(test, "skipped", 0, reason(test.skip)) end
  if self.settings.progress then self.settings.progress(self.path, test.name) end
  local run = explore.run(test, self.settings)
  if run.left_behind then self.settings.left_behind = true end
  if run.interrupted then
    self.interrupted = true
    table.insert(run.failures, 1, "interrupted")
  end
  local failed = #run.failures > 0
  if run.skipped and not failed then return self:tell(test, "skipped", run.seconds, reason(run.skipped)) end
  if test.fails and not run.interrupted then
    if failed then return self:tell(test, "expected", run.seconds, reason(test.fails)) end
    run.failures[1] = "it was expected to fail, and passed"
    failed = true
  end
  self:tell(test, failed and "failed" or "passed", run.seconds, failed and table.concat(run.failures, "\n") or nil,
    run.log)
end

-- Code that runs for a group rather than for a test of it; whether it went well.
function Runner:hooks(group, what, list)
  if #list == 0 then return true end
  local name = group.name and group.name .. " > " .. what or what
  local hook = { name = name, group = group, tags = {}, keeps_tasks = true, timeout = group.timeout,
    real_time = group.real_time, fn = function(t)
      for _, fn in ipairs(list) do fn(t) end
    end }
  local run = attempt(hook, { timeout = self.settings.timeout, real_time = self.settings.real_time })
  self.interrupted = self.interrupted or run.interrupted
  if #run.failures == 0 then
    if run.skipped then M.skip(group, run.skipped) end
    return true
  end
  self:tell(hook, "failed", run.seconds, table.concat(run.failures, "\n"))
  return false
end

---The tests of the group, and of those inside it, are not to run.
---@param group table
---@param why string|true
function M.skip(group, why)
  for _, item in ipairs(group.items) do
    if item.items then
      M.skip(item, why)
    else
      item.skip = item.skip or why
    end
  end
end

-- before_all failed: what depends on it counts as failed.
function Runner:give_up(group)
  for _, item in ipairs(group.items) do
    if item.items then
      self:give_up(item)
    elseif item.selected then
      self:tell(item, "failed", 0, "not run, for before_all failed")
    end
  end
end

function Runner:group(group)
  if group.selected == 0 then return end
  local ready = self:hooks(group, "before_all", group.before_all)
  if ready then
    for _, item in ipairs(group.items) do
      if self:stopped() then break end
      if item.items then
        self:group(item)
      elseif item.selected then
        item.hooked = item.hooked == nil and M.has_hooks(group) or item.hooked
        self:test(item)
      end
    end
  elseif not self:stopped() then
    self:give_up(group)
  end
  local finishing = {}
  if group.shared then finishing[1] = function() fixtures.finish(group) end end
  table.move(group.after_all, 1, #group.after_all, #finishing + 1, finishing)
  self:hooks(group, "after_all", finishing)
end

---Whether something runs before or after each test of the group.
---@param group table?
---@return boolean
function M.has_hooks(group)
  while group do
    if #group.before_each > 0 or #group.after_each > 0 then return true end
    group = group.parent
  end
  return false
end

---The tasks there are, by number.
---@return table<integer, arun.Task>
function M.tasks()
  local tasks = {}
  for _, task in ipairs(async.all_tasks()) do tasks[task:id()] = task end
  return tasks
end

-- What the file, or code for its groups, left running: fails it, and ends.
function Runner:end_tasks(before)
  if self.settings.left_behind then return end
  local left = {}
  for id, task in pairs(M.tasks()) do
    if not before[id] then left[#left + 1] = task end
  end
  if #left == 0 then return end
  table.sort(left, function(a, b) return a:id() < b:id() end)
  self:tell({ name = "(file)" }, "failed", 0, describe_left(left))
  for _, task in ipairs(left) do task:cancel("the file ended") end
  async.try(async.wait, left, { timeout = shortest_end })
end

-- Loading -----------------------------------------------------------------------------------------------------------

-- Modules beside the file are found, and are gone with it: another file's may have the same names.
local function isolate(path)
  local before, search = {}, package.path
  for name in pairs(package.loaded) do before[name] = true end
  local directory = path:match("^(.*)/[^/]*$") or "."
  package.path = ("%s/?.lua;%s/?/init.lua;%s"):format(directory, directory, search)
  local given, globals_before = rawget(_G, "arg"), {}
  for name, value in pairs(_G) do globals_before[name] = value end
  rawset(_G, "arg", { [0] = path })
  return setmetatable({}, { __close = function()
    package.path = search
    for name in pairs(package.loaded) do
      if not before[name] and not name:find("^arun%.") then package.loaded[name] = nil end
    end
    for name in pairs(_G) do
      if globals_before[name] == nil then rawset(_G, name, nil) end
    end
    for name, value in pairs(globals_before) do rawset(_G, name, value) end
    rawset(_G, "arg", given)
  end })
end

-- In a run of its own, so that what goes wrong comes with its stack, and what it leaves running ends.
local function load_suite(path, settings)
  local root
  local chunk, message = loadfile(path)
  if not chunk then return nil, message end
  local loading = { name = "loading " .. path, tags = {}, keeps_tasks = true, may_set_globals = true, fn = function()
    root = suite.collect(function() chunk(path) end)
  end }
  local run = attempt(loading, { timeout = settings.timeout, real_time = true })
  if run.interrupted then return nil, "interrupted", true end
  if #run.failures > 0 then return nil, table.concat(run.failures, "\n") end
  return root
end

---Runs a test file.
---@param path string
---@param settings table
---@param emit fun(event: table)
---@return boolean? interrupted
---@return boolean? failed
function M.run(path, settings, emit)
  local began = native.clock()
  local runner = setmetatable({ path = path, settings = settings, emit = emit }, Runner)
  emit { kind = "file", file = path }
  local _ <close> = isolate(path)
  settings.file_locks = nil
  if settings.cancel_sweep then tracking.made = {} end
  globals.remember()
  local before = M.tasks()
  local root, message, interrupted = load_suite(path, settings)
  settings.file_locks, tracking.made = tracking.made, nil
  runner.interrupted = interrupted
  local hidden = 0
  if root then
    globals.remember()
    local all = select_tests(root, function(test) return matches(test, settings) end)
    local only = select_tests(root, function(test) return test.only and matches(test, settings) end)
    if only == 0 then
      select_tests(root, function(test) return matches(test, settings) end)
    else
      hidden = all - only
    end
    runner:group(root)
    runner:end_tasks(before)
  elseif not interrupted then
    runner:tell({ name = "(loading)" }, "failed", native.clock() - began, trace.clean(message, "loading " .. path))
  end
  emit { kind = "end", file = path, seconds = native.clock() - began, hidden = hidden }
  return runner.interrupted, runner.failed
end

return M
