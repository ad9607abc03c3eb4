-- Context managers made of one function.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function logged(log)
  return async.context_manager(function(name)
    async.sleep(0)
    log[#log + 1] = "open " .. name
    local err = coroutine.yield("handle of " .. name, 2)
    async.sleep(0)
    async.sleep(0.001)
    log[#log + 1] = "close " .. name
    if err ~= nil then log[#log] = log[#log] .. " " .. (type(err) == "table" and err.kind or tostring(err)) end
  end)
end

test("acquire, handle, release; nested in reverse order", function()
  local log = {}
  do
    local _ <close>, handle, second = logged(log)("a")
    local _ <close> = logged(log)("b")
    same({ handle, second }, { "handle of a", 2 })
    log[#log + 1] = "body"
  end
  same(log, { "open a", "open b", "body", "close b", "close a" })
end)

test("error, loop and return in the body; the yield gives the error", function()
  local log = {}
  test.raises("oops", function()
    local _ <close> = logged(log)("a")
    error("oops", 0)
  end)
  for i = 1, 2 do
    if i == 2 then break end
    local _ <close> = logged(log)("b")
  end
  same((function()
    local _ <close> = logged(log)("c")
    return 5
  end)(), 5)
  same(log, { "open a", "close a oops", "open b", "close b", "open c", "close c" })
end)

test("cancellation in the body", function()
  local log = {}
  local task = async.create_task(function()
    local _ <close> = logged(log)("a")
    async.sleep(10)
  end)
  support.turns(3)
  task:cancel()
  support.cancelled(task)
  same(log, { "open a", "close a cancelled" })
end)

test("cancellation while it acquires: nothing to release", function()
  local log = {}
  local manager = async.context_manager(function()
    local _ <close> = support.closing(function() log[#log + 1] = "undone" end)
    async.sleep(10)
    coroutine.yield()
  end)
  local task = async.create_task(function()
    local _ <close> = manager()
    truthy(false)
  end)
  support.turns(2)
  task:cancel()
  support.cancelled(task)
  same(log, { "undone" })
end)

test("errors while acquiring and releasing", function()
  test.raises("no luck", function()
    local _ <close> = async.context_manager(function() error("no luck", 0) end)()
  end)
  test.raises("cannot release", function()
    local _ <close> = async.context_manager(function()
      coroutine.yield()
      error("cannot release", 0)
    end)()
  end)
end)

test("it must yield once", function()
  test.raises("yield once", async.context_manager(function() end))
  test.raises("yield once", function()
    local _ <close> = async.context_manager(function()
      coroutine.yield(1)
      coroutine.yield()
    end)()
  end)
end)

test("its own <close> variables and locks last as long as the scope", function()
  local lock = async.lock()
  local locked = async.context_manager(function()
    local _ <close> = lock:acquire()
    coroutine.yield()
  end)
  do
    local _ <close> = locked()
    same(lock:locked(), true)
  end
  same(lock:locked(), false)
end)

test("argument errors", function()
  test.raises("usage", async.context_manager)
  test.raises("usage", async.context_manager, 5)
end)
