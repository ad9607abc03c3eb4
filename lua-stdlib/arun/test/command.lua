-- `arun test`: reads what the command line asked for, runs the files, says how it went.

local native = require "arun.native.test"
local coverage = require "arun.test.coverage"
local file = require "arun.test.file"
local find = require "arun.test.find"
local events = require "arun.test.report.events"
local fs = require "arun.fs"

local usage_code = 2
-- The descriptor on which a child tells its parent what happens.
local events_descriptor = 3

local function usage(message)
  io.stderr:write("arun test: ", message, "\nTry 'arun test --help'.\n")
  os.exit(usage_code)
end

-- The command line ---------------------------------------------------------------------------------------------------

local lists = { path = "paths", tag = "tags" }

-- "name=value" for each option, as the program passes them on.
local function read(arguments)
  local given = { paths = {}, tags = {} }
  for _, argument in ipairs(arguments) do
    local name, value = argument:match("^([%w_]+)=(.*)$")
    if lists[name] then
      table.insert(given[lists[name]], value)
    else
      given[name] = value
    end
  end
  return given
end

local function integer(given, name, option, least)
  local text = given[name]
  if not text then return nil end
  local value = math.tointeger(tonumber(text))
  if not value or value < least then
    usage(("%s: an integer from %d expected, got '%s'"):format(option, least, text))
  end
  return value
end

local function seconds(given)
  local value = tonumber(given.timeout or 10)
  if not value or value ~= value or value <= 0 then
    usage(("--timeout: seconds above 0 expected, got '%s'"):format(given.timeout))
  end
  return value
end

local reporters = { readable = true, tap = true, junit = true }

local function settings_of(given)
  local reporter = given.reporter or "readable"
  if not reporters[reporter] then
    usage(("--reporter: readable, tap or junit expected, got '%s'"):format(reporter))
  end
  if given.lcov and not given.coverage then usage "--lcov is for --coverage" end
  if given.match and not pcall(string.find, "", given.match) then
    usage(("-k: '%s' is not a Lua pattern"):format(given.match))
  end
  if given.cancel_sweep and given.schedules then
    usage("--cancel-sweep goes with --seed, but not with --schedules")
  end
  return {
    reporter = reporter, match = given.match, tags = given.tags, timeout = seconds(given),
    jobs = integer(given, "jobs", "--jobs", 1) or 1, repeats = integer(given, "repeat", "--repeat", 1) or 1,
    schedules = integer(given, "schedules", "--schedules", 1), seed = integer(given, "seed", "--seed", 0),
    fail_fast = given.fail_fast, real_time = given.real_time, cancel_sweep = given.cancel_sweep,
    verbose = given.verbose, output = given.output, coverage = given.coverage, lcov = given.lcov,
    preload = given.preload,
  }
end

-- The options that a child is to have as well.
local function passed_on(given)
  local out = {}
  for name, option in pairs { match = "-k", ["repeat"] = "--repeat", timeout = "--timeout",
    schedules = "--schedules", seed = "--seed", preload = "--preload" } do
    if given[name] then table.move({ option, given[name] }, 1, 2, #out + 1, out) end
  end
  for _, tag in ipairs(given.tags) do table.move({ "--tag", tag }, 1, 2, #out + 1, out) end
  for name, option in pairs { fail_fast = "--fail-fast", real_time = "--real-time", cancel_sweep = "--cancel-sweep",
    coverage = "--coverage" } do
    if given[name] then out[#out + 1] = option end
  end
  return out
end

-- The report ---------------------------------------------------------------------------------------------------------

local function open_output(settings)
  if settings.output then
    local out, message = io.open(settings.output, "w")
    if not out then usage("--output: " .. message) end
    return out
  end
  -- What tests print stays out of a report that a program reads.
  if settings.reporter ~= "readable" then return native.channel(1) end
  settings.terminal = native.is_terminal(1)
  return io.stdout
end

local methods = { file = "file", test = "test", output = "output", ["end"] = "file_end" }

-- What counts events and hands them to the reporter.
local function counting(reporter, totals)
  return function(event)
    if event.kind == "test" then
      totals.counts[event.status] = totals.counts[event.status] + 1
      if event.status ~= "skipped" then totals.ran = totals.ran + 1 end
    end
    reporter[methods[event.kind]](reporter, event)
  end
end

-- Takes out what files tell of their coverage.
local function without_coverage(emit, counts)
  return function(event)
    if event.kind == "coverage" then return coverage.take(counts, event) end
    return emit(event)
  end
end

-- Gives false when the tracefile cannot be written.
local function report_coverage(counts, out, settings)
  -- A report that a program reads stays what it is.
  local readable = settings.reporter == "readable" and out or io.stderr
  readable:write(coverage.text(counts))
  if not settings.lcov then return true end
  local ok, err = pcall(fs.write_file, settings.lcov, coverage.lcov(counts))
  if not ok then io.stderr:write("arun test: --lcov: ", tostring(err), "\n") end
  return ok
end

-- Running ------------------------------------------------------------------------------------------------------------

-- What every process that runs tests does first.
local function prepare(settings)
  if settings.coverage then coverage.start() end
  if not settings.preload then return end
  local ok, err = pcall(require, settings.preload)
  if not ok then usage("--preload: " .. tostring(err):match "^[^\n]*":gsub(":$", "")) end
end

local function run_here(files, settings, emit)
  for _, path in ipairs(files) do
    local interrupted, failed = file.run(path, settings, emit)
    if interrupted then return true end
    if failed and settings.fail_fast then break end
  end
  if settings.coverage then coverage.tell(emit) end
  return false
end

-- os.exit in a test would end all others with it, and with its code.
local function guard_exit()
  local exit = os.exit
  rawset(os, "exit", function() error("os.exit was called in a test", 2) end)
  return exit
end

local function end_process(exit, code, settings)
  io.stdout:flush()
  -- A test that was left behind would hold up an end in order.
  if settings.left_behind then exit(code) end
  if code ~= 0 then exit(code, true) end
end

local function run_child(path, settings)
  native.end_with_parent()
  local channel = native.channel(events_descriptor)
  channel:setvbuf("line")
  prepare(settings)
  local exit = guard_exit()
  local failed = false
  local emit
  function emit(event)
    failed = failed or event.status == "failed"
    if event.kind == "end" and settings.coverage then coverage.tell(emit) end
    channel:write(events.encode(event))
  end
  -- If the process crashes, it is known in which test.
  settings.progress = function(_, name) emit { kind = "begin", name = name } end
  local interrupted = file.run(path, settings, emit)
  channel:close()
  if interrupted then return end_process(exit, settings.left_behind and 130 or 0, settings) end
  end_process(exit, failed and 1 or 0, settings)
end

local function run_all(given, settings)
  local files, message = find(#given.paths > 0 and given.paths or { "." })
  if not files then usage(message) end
  local began = native.clock()
  local out = open_output(settings)
  local reporter = require("arun.test.report." .. settings.reporter)(out, settings)
  local totals = { counts = { passed = 0, failed = 0, skipped = 0, expected = 0 }, ran = 0 }
  local covered = {}
  local emit = without_coverage(counting(reporter, totals), covered)
  if reporter.progress then settings.progress = function(path, name) reporter:progress(path, name) end end
  settings.passed_on = passed_on(given)
  if not given.jobs then prepare(settings) end
  local exit = guard_exit()
  local runs = given.jobs and require "arun.test.jobs" or run_here
  totals.interrupted = runs(files, settings, emit)
  totals.seconds = native.clock() - began
  if totals.ran == 0 and not totals.interrupted then
    totals.message = #files == 0 and "no files *_test.lua were found" or "no test ran"
  end
  reporter:finish(totals)
  local bad = totals.counts.failed > 0 or totals.ran == 0
  if settings.coverage and not report_coverage(covered, out, settings) then bad = true end
  if out ~= io.stdout then out:close() end
  end_process(exit, totals.interrupted and (settings.left_behind and 130 or 0) or bad and 1 or 0, settings)
end

return function(...)
  local given = read { ... }
  local settings = settings_of(given)
  if given.child then return run_child(given.child, settings) end
  return run_all(given, settings)
end
