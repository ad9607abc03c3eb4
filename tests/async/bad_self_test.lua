-- A method that is called on something else, commonly with "." in place of ":", says so at the script's line.
local async = require "arun.async"
local fs = require "arun.fs"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local timeout <close> = async.timeout(100)
local task_group <close> = async.task_group()
local watch <close> = fs.watch(".")
local file <close> = fs.temp_file()

local objects = {
  task = async.current_task(),
  future = async.future(),
  semaphore = async.semaphore(1),
  lock = async.lock(),
  guard = async.lock():acquire(),
  event = async.event(),
  condition = async.condition(),
  barrier = async.barrier(2),
  queue = async.queue(),
  timeout = timeout,
  task_group = task_group,
  context_var = async.context_var("name"),
  circuit_breaker = resilience.circuit_breaker(),
  rate_limiter = resilience.rate_limiter { rate = 1 },
  lru_cache = resilience.lru_cache(print),
  walk = fs.walk(".", { max_depth = 1 }),
  watch = watch,
  file = file,
}
local fields = {
  task = { "name", "cancel", "add_done_callback" }, file = { "read", "write", "close" },
  queue = { "put", "get_nowait", "items" }, guard = { "release" },
  semaphore = { "acquire", "try_acquire", "release", "locked" }, lock = { "acquire", "release" },
}

local expected = { lock = "semaphore or lock", semaphore = "semaphore or lock" }

-- The names of an object's methods.
local function methods(kind)
  if fields[kind] then return fields[kind] end
  local names = {}
  local class = getmetatable(objects[kind])
  while class do
    for name, value in pairs(class) do
      if type(value) == "function" and not name:find "^__" then names[#names + 1] = name end
    end
    local parent = getmetatable(class)
    class = parent and parent.__index
  end
  return names
end

for kind, object in pairs(objects) do
  test("every method of a " .. kind, function()
    local names = methods(kind)
    truthy(#names > 0)
    for _, name in ipairs(names) do
      local method = object[name]
      for _, call in ipairs {
        function() method() end, function() method("text") end, function() method({}) end,
        function() method(io.stdout) end,
      } do
        local err = test.raises("usage", call)
        local line = debug.getinfo(call, "S").linedefined
        local text = ("bad_self_test.lua:%d: calling '%s' on bad self"):format(line, name)
        truthy(err.message:find(text, 1, true), err.message)
      end
      local err = test.raises("usage", method)
      local text = ("calling '%s' on bad self (%s expected, got nil"):format(name, expected[kind] or kind)
      truthy(err.message:find(text, 1, true), err.message)
    end
  end)
end

test("the whole message", function()
  local lock = async.lock()
  local err = test.raises("usage", function() lock.acquire() end)
  same(err.message:match "%d: (.*)$", "calling 'acquire' on bad self (semaphore or lock expected, got nil: "
    .. "call it with ':')")
  same(lock:locked(), false)
end)
