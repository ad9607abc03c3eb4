-- Who may use a stream at the same time, and that nobody keeps others from running.
local async = require "arun.async"
local net = require "arun.net"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("a second reader, writer, acceptor is kind usage, and harms nobody", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local reading = async.create_task(function() return a:read_exactly(2) end)
  local writing = async.create_task(function() a:write(("x"):rep(32 << 20)) end)
  async.sleep(0)
  truthy(tostring(test.raises("usage", a.read, a)):find("another task reads", 1, true))
  truthy(tostring(test.raises("usage", a.write, a, "y")):find("another task writes", 1, true))
  test.raises("usage", a.flush, a)
  b:write("ok")
  same(async.await(reading), "ok")
  same(#b:read_exactly(32 << 20), 32 << 20)
  async.await(writing)
  local listener <close> = net.listen {}
  local accepting = async.create_task(function() return listener:accept() end)
  async.sleep(0)
  truthy(tostring(test.raises("usage", listener.accept, listener)):find("another task accepts", 1, true))
  net.connect({ host = "127.0.0.1", port = listener.port }):close()
  async.await(accepting):close()
end)

test("nobody takes the bytes that another reader was woken for", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local reading = async.create_task(function() return b:read_exactly(3) end)
  async.sleep(0)
  a:write("abc")
  local stolen
  local thief = async.create_task(function()
    while not reading:done() do
      local got, bytes = pcall(b.read, b)
      if got then stolen = bytes end
      async.sleep(0)
    end
  end)
  same(async.await(reading), "abc")
  async.await(thief)
  same(stolen, nil)
end)

local function counts_turns(busy)
  local turns = 0
  local other = async.create_task(function()
    while true do
      turns = turns + 1
      async.sleep(0)
    end
  end)
  busy()
  other:cancel()
  pcall(async.await, other)
  return turns
end

test("a loop of reads that need not wait gives way", function()
  local a <close>, b = support.pair("unix")
  local _ <close> = b
  a:write(("x"):rep(50000))
  b:read(1) -- from here on all is at hand
  truthy(counts_turns(function()
    for _ = 1, 40000 do b:read(1) end
  end) >= 30)
end)

test("a loop of writes that the system takes gives way", function()
  local a <close>, b = support.pair("unix")
  local _ <close> = b
  truthy(counts_turns(function()
    for _ = 1, 40 do
      for _ = 1, 1000 do a:write("x") end
      b:read_exactly(1000)
    end
  end) >= 30)
end)

test("a loop of connections that are refused gives way", function()
  local listener = net.listen {}
  local port = listener.port
  listener:close()
  truthy(counts_turns(function()
    for _ = 1, 100 do pcall(net.connect, { host = "127.0.0.1", port = port }) end
    for _ = 1, 100 do pcall(net.connect, { path = "/nowhere/at/all" }) end
  end) >= 200)
end)

test("tasks that wait for each other over a stream are a deadlock, told as such", function()
  local script = [[
    local net = require "arun.net"
    local async = require "arun.async"
    local listener = net.listen {}
    local accepting = async.create_task(function() return listener:accept() end)
    local a = net.connect { host = "127.0.0.1", port = listener.port }
    local b = async.await(accepting)
    listener:close()
    a:write("x")
    b:read()
    async.event():wait()
  ]]
  local program = assert(os.getenv("ARUN"), "ARUN is not set")
  local out = assert(io.popen(("timeout 20 %s -e '%s' 2>&1"):format(program, script)))
  local text = out:read("a")
  local _, _, code = out:close()
  same(code, 1)
  truthy(text:find("deadlock: 1 task(s) wait", 1, true), text)
end)
