-- All the runs of one test that were asked for: repeated, in other orders of its tasks, cancelled at each of its waits.

local async = require "arun.async"
local native = require "arun.native.test"
local native_async = require "arun.native.async"
local tracking = require "arun.async.tracking"
local attempt = require "arun.test.attempt"

local M = {}

-- Locks ------------------------------------------------------------------------------------------------------------

-- Where the locks and semaphores were made that are held now, and by how many.
local function held_locks()
  local held = {}
  for _, made in ipairs(tracking.made or {}) do
    if native_async.held(made.lock) > 0 then
      local kind = native_async.is_lock(made.lock) and "lock" or "semaphore"
      local what = ("a %s that was made at %s"):format(kind, made.place)
      held[what] = (held[what] or 0) + 1
    end
  end
  return held
end

-- What a run leaves besides what the runner sees in any case.
local function state()
  return { locks = held_locks(), descriptors = native.descriptors() }
end

-- What there is more of than before, as texts.
local function grown(before, after)
  local out = {}
  for what, count in pairs(after.locks) do
    if count > (before.locks[what] or 0) then out[#out + 1] = what .. " is still held" end
  end
  table.sort(out)
  local more = after.descriptors - before.descriptors
  if more > 0 then out[#out + 1] = ("%d file descriptor(s) left open"):format(more) end
  return out
end

-- Runs --------------------------------------------------------------------------------------------------------------

local function with_lead(run, lead)
  for index, text in ipairs(run.failures) do run.failures[index] = lead .. text end
  return run
end

-- Descriptors are closed by threads of the pool, and sockets at the end of a turn of the loop.
local function settled_state(before)
  local after = state()
  for _ = 1, 50 do
    if after.descriptors <= before.descriptors then break end
    async.try(async.sleep, 0.001)
    after = state()
  end
  return after
end

-- Locks are tracked from here on; those that the file made while it loaded are among them.
local function track(settings)
  local locks = settings.file_locks or {}
  tracking.made = table.move(locks, 1, #locks, 1, {})
end

-- The run in which it is not cancelled: what it leaves by itself is not the cancellation's fault.
local function uncancelled_run(test, settings)
  track(settings)
  local before = state()
  local run = attempt(test, settings)
  local usual = {}
  for _, what in ipairs(grown(before, settled_state(before))) do usual[what] = true end
  return run, usual
end

-- A run that is cancelled at its wait number n, and what came of that; nil when it has fewer waits.
local function cancelled_run(test, settings, n, usual)
  track(settings)
  local before = state()
  local run = attempt(test, {
    seed = settings.seed, cancel_at = n, timeout = settings.timeout, real_time = settings.real_time,
  })
  if run.interrupted then return run end
  if run.trial:suspensions() < n then return nil end
  if not run.cleaned_up and not run.left_behind then run.failures[#run.failures + 1] = "its clean-up did not run" end
  for _, what in ipairs(grown(before, settled_state(before))) do
    if not usual[what] then run.failures[#run.failures + 1] = what end
  end
  local place = run.trial:cancelled_at()
  return with_lead(run, ("cancelled at wait %d%s: "):format(n, place ~= "" and " (" .. place .. ")" or ""))
end

local function sweep(test, settings)
  local _ <close> = setmetatable({}, { __close = function() tracking.made = nil end })
  local run, usual = uncancelled_run(test, settings)
  local seconds, n = run.seconds, 0
  while #run.failures == 0 and not run.skipped and not run.interrupted do
    n = n + 1
    local cancelled = cancelled_run(test, settings, n, usual)
    if not cancelled then break end
    seconds = seconds + cancelled.seconds
    run = cancelled
  end
  run.seconds = seconds
  return run
end

-- Runs under one seed after another until one fails.
local function schedules(test, settings, run)
  local first = settings.seed or 1
  local seconds = run.seconds
  for index = 1, settings.schedules do
    if #run.failures > 0 or run.skipped or run.interrupted then break end
    local seed = first + index - 1
    run = attempt(test, { seed = seed, timeout = settings.timeout, real_time = settings.real_time })
    seconds = seconds + run.seconds
    if #run.failures > 0 then
      with_lead(run, ("schedule %d of %d, replay it with --seed %d: "):format(index, settings.schedules, seed))
      run.seed = seed
    end
  end
  run.seconds = seconds
  return run
end

local function once(test, settings)
  if settings.cancel_sweep then return sweep(test, settings) end
  if settings.schedules then
    local fifo = { timeout = settings.timeout, real_time = settings.real_time }
    return schedules(test, settings, attempt(test, fifo))
  end
  local run = attempt(test, settings)
  if settings.seed then with_lead(run, ("with --seed %d: "):format(settings.seed)) end
  return run
end

---Runs a test as often as the settings ask for; the run that failed, or the last one.
---@param test table
---@param settings table
---@return table run
function M.run(test, settings)
  local run = once(test, settings)
  local seconds = run.seconds
  for index = 2, settings.repeats do
    if #run.failures > 0 or run.skipped or run.interrupted then break end
    run = once(test, settings)
    seconds = seconds + run.seconds
    if #run.failures > 0 then with_lead(run, ("repetition %d: "):format(index)) end
  end
  run.seconds = seconds
  return run
end

return M
