-- What several tests of arun.async need.

local async = require "arun.async"
local program = require "tests.program"

local support = {}

---Something to be closed that calls fn(err).
function support.closing(fn)
  return setmetatable({}, { __close = function(_, err) fn(err) end })
end

---Waits for a task that is expected to end cancelled, and fails unless it does.
function support.cancelled(task)
  local ok, err = pcall(async.await, task)
  if ok then error("expected a cancelled task, it returned", 2) end
  if not task:cancelled() then error("expected a cancelled task, got " .. tostring(err), 2) end
  return err
end

---Suspends n times, so that what is ready, and what that makes ready, has run.
function support.turns(n)
  for _ = 1, n or 5 do async.sleep(0) end
end

---A task that waits for ever.
function support.forever(name)
  local task = async.create_task(function() async.await(async.future()) end)
  return name and task:set_name(name) or task
end

support.run, support.holds = program.run, program.holds

return support
