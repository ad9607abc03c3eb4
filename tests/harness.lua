-- The harness of the Lua tests: test and assertions. tests/run.lua runs files of them. A test also fails when it leaves
-- tasks running.

local async = require "arun.async"
local fs = require "arun.fs"

local harness = {}

local passed, failed = 0, 0

local function show(value, seen)
  seen = seen or {}
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" or getmetatable(value) and getmetatable(value).__tostring then return tostring(value) end
  if seen[value] then return "<cycle>" end
  seen[value] = true
  local parts = {}
  for key, item in pairs(value) do parts[#parts + 1] = ("[%s] = %s"):format(show(key, seen), show(item, seen)) end
  table.sort(parts)
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function same(a, b)
  if a == b or (a ~= a and b ~= b) then return math.type(a) == math.type(b) end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

---Fails unless both are equal; tables by their contents, 1 and 1.0 are different.
function harness.eq(actual, expected, what)
  if not same(actual, expected) then
    error(("%sexpected %s, got %s"):format(what and what .. ": " or "", show(expected), show(actual)), 2)
  end
end

---Fails unless the value is true-like.
function harness.ok(value, what)
  if not value then error(what or ("expected something true, got " .. tostring(value)), 2) end
end

local kinds = {}
for kind in ("cancelled timeout io http tls dns json group closed usage full empty"):gmatch "%a+" do kinds[kind] = true end

---Fails unless fn(...) raises an error of this kind, or one whose text matches this pattern. Returns the error.
function harness.raises(expected, fn, ...)
  local ok, err = pcall(fn, ...)
  if ok then error(("expected an error %q, got none"):format(expected), 2) end
  if type(err) == "table" and err.kind == expected then return err end
  -- The names of kinds occur in other errors' texts too.
  if kinds[expected] or not tostring(err):find(expected) then
    error(("expected an error %q, got %s"):format(expected, show(err) .. ": " .. tostring(err)), 2)
  end
  return err
end

-- Asked of this process itself: a child's answer would depend on when its pipe is closed here.
local function open_descriptors() return #fs.list "/proc/self/fd" end

---Fails when fn, called `times` times, leaves file descriptors open.
function harness.no_leak(fn, times)
  fn()
  collectgarbage()
  async.sleep(0)
  local before = open_descriptors()
  for _ = 1, times or 20 do fn() end
  collectgarbage()
  async.sleep(0)
  local after = open_descriptors()
  if after > before then error(("file descriptors left open: %d before, %d after"):format(before, after), 2) end
end

-- The body runs in a task of its own, and what it does to this one is caught: however it ends, the other tests run.
local function run(body)
  local task = async.create_task(xpcall, body, function(e) return debug.traceback(tostring(e), 2) end)
  local ended, ok, err = async.try(async.await, task)
  if not ended then ok, err = false, ok end
  -- What ended in this very moment has one turn to be gone.
  async.try(function() for _ = 1, 3 do async.sleep(0) end end)
  return ok, err
end

---Runs a test, and says what became of it.
---@param name string
---@param body function may suspend
function harness.test(name, body)
  local before = #async.all_tasks()
  local ok, err = run(body)
  local left = #async.all_tasks() - before
  if ok and left > 0 then
    ok, err = false, ("%d task(s) left running"):format(left)
    for _, task in ipairs(async.all_tasks()) do err = err .. "\n  " .. tostring(task) end
  end
  if ok then
    passed = passed + 1
    print("ok    " .. name)
  else
    failed = failed + 1
    print("FAIL  " .. name .. "\n      " .. tostring(err):gsub("\n", "\n      "))
  end
end

---How many tests passed and failed so far.
---@return integer passed
---@return integer failed
function harness.counts() return passed, failed end

return harness
