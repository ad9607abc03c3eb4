-- Files in parallel, each in a process of its own.

local async = require "arun.async"
local native = require "arun.native.test"
local events = require "arun.test.report.events"

local signals = {
  [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE",
  [9] = "SIGKILL", [11] = "SIGSEGV", [13] = "SIGPIPE", [14] = "SIGALRM", [15] = "SIGTERM", [24] = "SIGXCPU",
  [31] = "SIGSYS",
}

-- How a process ended that did not say that its file ended.
local function ending(code, signal)
  if signal ~= 0 then return ("the process was ended by %s"):format(signals[signal] or "signal " .. signal) end
  return ("the process ended with exit code %d before its tests did"):format(code)
end

-- The events of a file, and the name of the test that ran when it ended too early.
local function read(path, lines)
  local list, running = {}, nil
  for line in lines:gmatch("([^\n]*)\n") do
    local event = events.decode(line)
    if event.kind == "begin" then
      running = event.name
    else
      running = nil
      list[#list + 1] = event
    end
  end
  return list[1] and list or { { kind = "file", file = path } }, running
end

-- Tells what the process of a file told; whether something failed.
local function replay(path, lines, output, failure, emit)
  local list, running = read(path, lines)
  local last = list[#list]
  local complete = last.kind == "end"
  if complete then list[#list] = nil end
  emit(list[1])
  if output ~= "" then emit { kind = "output", file = path, text = output } end
  local failed = false
  for index = 2, #list do
    failed = failed or list[index].status == "failed"
    emit(list[index])
  end
  if not complete and failure then
    failed = true
    emit { kind = "test", file = path, name = running or "(process)", status = "failed", seconds = 0, text = failure }
  end
  emit(complete and last or { kind = "end", file = path, seconds = 0, hidden = 0 })
  return failed
end

---Runs the files.
---@param files string[]
---@param settings table
---@param emit fun(event: table)
---@return boolean? interrupted
return function(files, settings, emit)
  local stop = false
  local function run_file(path)
    if stop then return end
    local arguments = { "test", "--child", path }
    for _, argument in ipairs(settings.passed_on) do arguments[#arguments + 1] = argument end
    if settings.progress then settings.progress(path, "runs") end
    local code, signal, output, lines = native.child(arguments)
    local interrupted = code == 130 or stop
    local failed = replay(path, lines, output, not interrupted and ending(code, signal), emit)
    if failed and settings.fail_fast then stop = true end
  end
  local ok, err = async.try(async.map, files, run_file, { concurrency = settings.jobs })
  if ok then return false end
  if type(err) == "table" and err.kind == "cancelled" then return true end
  error(err, 0)
end
