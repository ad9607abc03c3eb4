-- What several tests of arun.async need.

local async = require "arun.async"

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

---Runs a script in a program of its own.
---@return string output both streams
---@return integer code its exit code
function support.run(source)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local program = os.getenv("ARUN") or "build/release/arun"
  local pipe = assert(io.popen(("timeout 60 %s %s 2>&1"):format(program, path)))
  local output = pipe:read("a")
  local _, how, code = pipe:close()
  os.remove(path)
  if how == "signal" then code = 128 + code end
  return (output:gsub(path:gsub("%p", "%%%0"), "script.lua")), code
end

---Fails unless the text holds all of these, in this order (plain text).
function support.holds(text, ...)
  local from = 1
  for _, part in ipairs { ... } do
    local _, last = text:find(part, from, true)
    if not last then error(("expected %q in:\n%s"):format(part, text), 2) end
    from = last + 1
  end
end

return support
