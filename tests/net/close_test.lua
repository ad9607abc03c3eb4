-- A stream ends exactly once, and whoever waits for it learns of that.
local async = require "arun.async"
local fs = require "arun.fs"
local net = require "arun.net"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("close twice is harmless; anything else afterwards is kind closed", function()
  local a, b = support.pair()
  local _ <close> = b
  local address = tostring(a):match("%((.*)%)")
  a:close()
  a:close()
  for _, method in ipairs { "read", "read_all", "lines", "write", "flush", "shutdown", "local_address" } do
    same(test.raises("closed", a[method], a).address, address)
  end
  same(tostring(a), ("stream (%s, closed)"):format(address))
  same(b:read(), nil)
end)

test("close wakes the one who reads and the one who writes", function()
  local a, b = support.pair()
  local _ <close> = b
  local reading = async.create_task(function() return a:read() end)
  local writing = async.create_task(function() a:write(("x"):rep(64 << 20)) end)
  async.sleep(0.01)
  a:close()
  test.raises("closed", async.await, reading)
  test.raises("closed", async.await, writing)
end)

test("close waits until the system has taken what was written", function()
  local a, b = support.pair()
  local _ <close> = b
  local data = support.pattern(30 << 20)
  local writing = async.create_task(function()
    -- What a cancelled write leaves is queued.
    async.move_on_after(0.001, a.write, a, data)
    a:close()
  end)
  local reading = async.create_task(function() return a:read() end)
  support.until_waiting(writing, "close")
  test.raises("closed", async.await, reading)
  truthy(not writing:done())
  test.raises("closed", a.write, a, "x")
  truthy(b:read_all() == data)
  async.await(writing)
end)

test("close that is cancelled while it waits closes at once", function()
  local a, b = support.pair()
  local _ <close> = b
  async.move_on_after(0.001, a.write, a, ("x"):rep(30 << 20))
  same(async.move_on_after(0.01, a.close, a), false)
  test.raises("closed", a.read, a)
  truthy(#b:read_all() < 30 << 20)
end)

test("a block that is left by an error does not wait for what is queued", function()
  local a, b = support.pair()
  local _ <close> = b
  local err = test.raises("oops", function()
    local _ <close> = a
    async.move_on_after(0.001, a.write, a, ("x"):rep(30 << 20))
    error("oops")
  end)
  truthy(tostring(err):find("oops"))
  test.raises("closed", a.read, a)
end)

test("closed where nothing can suspend, in a sort's comparison", function()
  local a, b = support.pair()
  local _ <close> = b
  async.move_on_after(0.001, a.write, a, ("x"):rep(30 << 20))
  table.sort({ 1, 2 }, function(x, y)
    a:close()
    return x < y
  end)
  test.raises("closed", a.read, a)
end)

test("what came before the end is read before kind closed", function()
  local a, b = support.pair()
  local _ <close> = b
  local reading = async.create_task(function() return b:read() end)
  async.sleep(0)
  a:write("last words")
  a:close()
  same(async.await(reading), "last words")
end)

test("a stream that nobody holds is closed when collected", function()
  support.leaves_no_descriptor(function()
    for _ = 1, 20 do
      local a, b = support.pair()
      a:write("x")
      b:read()
    end
  end)
end)

test("a listener that is closed wakes who accepts; its path is gone", function()
  local dir <close> = fs.temp_dir()
  local path = fs.path.join(dir.path, "socket")
  local listener = net.listen { path = path }
  local accepting = async.create_task(function() return listener:accept() end)
  async.sleep(0)
  truthy(fs.exists(path))
  listener:close()
  listener:close()
  test.raises("closed", async.await, accepting)
  test.raises("closed", listener.accept, listener)
  truthy(not fs.exists(path))
end)

test("a listener that nobody holds is closed when collected", function()
  support.leaves_no_descriptor(function()
    for _ = 1, 20 do net.listen {} end
  end)
end)

test("finalizers may close, in any order", function()
  local a, b = support.pair()
  setmetatable({}, { __gc = function()
    a:close()
    b:close()
  end })
  support.eventually("finalizer ran", function()
    collectgarbage()
    return not pcall(a.local_address, a)
  end)
end)
