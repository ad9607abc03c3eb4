-- Whatever waits for a stream or a listener can be cancelled at any moment: no byte is lost or torn, nothing stays
-- open.
local async = require "arun.async"
local net = require "arun.net"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- Calls fn as a task again and again, and cancels it after 0, 1, 2, ... turns, until it comes to its end uncancelled.
local function cancel_everywhere(fn)
  for turns = 0, 1000 do
    local task = async.create_task(fn)
    for _ = 1, turns do support.turn() end
    task:cancel()
    local ended, err = pcall(async.await, task)
    if ended then return turns end
    if err.kind ~= "cancelled" then error(err, 0) end
  end
  error("never ended")
end

local function converse(port)
  local stream <close> = net.connect { host = "localhost", port = port }
  stream:write("one\n", "two\n")
  same({ stream:read_until("\n"), stream:read_exactly(2) }, { "one\n", "tw" })
  stream:flush()
  stream:shutdown()
  same(stream:read_all(), "o\n")
end

test("a conversation, cancelled at every turn on either side, leaves nothing open", function()
  local function echo(stream)
    for line in stream:lines() do stream:write(line, "\n") end
  end
  support.leaves_no_descriptor(function()
    -- The client is cancelled; to the server that is an end, or a reset.
    support.with_server(function(stream) pcall(echo, stream) end, function(listener)
      for _ = 1, 3 do truthy(cancel_everywhere(function() converse(listener.port) end) >= 3) end
    end)
    -- Both are.
    for _ = 1, 3 do
      truthy(cancel_everywhere(function()
        support.with_server(echo, function(listener) converse(listener.port) end)
      end) >= 3)
    end
  end)
end)

local reads = {
  read = function(stream) return stream:read(7) end,
  read_exactly = function(stream) return stream:read_exactly(5) end,
  read_until = function(stream) return stream:read_until(",") end,
  lines = function(stream) return stream:lines()() .. "\n" end,
}

for name, read in pairs(reads) do
  test("a cancelled read has taken nothing: " .. name, function()
    local a <close>, b = support.pair()
    local _ <close> = b
    local data = ("abc,de\nfghi,"):rep(500)
    local writing = async.create_task(function()
      for at = 1, #data, 3 do
        a:write(data:sub(at, at + 2))
        support.turn()
      end
      a:shutdown()
    end)
    local found, size, cancelled = {}, 0, 0
    while #data - size > 20 do
      local reading = async.create_task(function()
        found[#found + 1] = read(b)
        size = size + #found[#found]
      end)
      for _ = 1, math.random(0, 8) do support.turn() end
      reading:cancel()
      if not pcall(async.await, reading) then cancelled = cancelled + 1 end
    end
    found[#found + 1] = b:read_all()
    truthy(table.concat(found) == data)
    truthy(cancelled > 0)
    async.await(writing)
  end)
end

test("a cancelled write has taken all of its bytes, which are sent in order", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local data = support.pattern(20 << 20)
  local expected, cancelled = {}, 0
  local reading = async.create_task(function() return b:read_all() end)
  for _ = 1, 40 do
    local piece = data:sub(1, math.random(1 << 20))
    local began = false
    local writing = async.create_task(function()
      began = true
      a:write(piece:sub(1, 1000), piece:sub(1001))
    end)
    for _ = 1, math.random(0, 3) do support.turn() end
    writing:cancel()
    if not pcall(async.await, writing) then cancelled = cancelled + 1 end
    if began then expected[#expected + 1] = piece end
  end
  a:shutdown()
  truthy(async.await(reading) == table.concat(expected))
  truthy(cancelled > 0)
end)

test("a time limit on a read", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("half a li")
  same(async.move_on_after(0.001, b.read_until, b, "\n"), false)
  a:write("ne\n")
  same(b:read_until("\n"), "half a line\n")
end)

test("one that is due before a read that need not wait is raised all the same", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write(("x"):rep(100))
  b:read(1)
  local err = test.raises("timeout", function()
    local _ <close> = async.timeout(0)
    async.sleep(0) -- give the limit the turn in which it expires
    while true do b:read(1) end
  end)
  same(err.phase, "total")
end)

test("a connection that is accepted in the moment of the cancellation is not lost", function()
  local listener <close> = net.listen {}
  for turns = 0, 6 do
    local accepted
    local task = async.create_task(function() accepted = listener:accept() end)
    local connecting = async.create_task(net.connect, { host = "127.0.0.1", port = listener.port })
    for _ = 1, turns do support.turn() end
    task:cancel()
    pcall(async.await, task)
    local stream <close> = async.await(connecting)
    local other <close> = accepted or listener:accept()
    stream:write("here")
    same(other:read(4), "here")
  end
end)

test("a stream that the system will never answer is cancelled at once", function()
  local listener <close> = net.listen { backlog = 1 }
  -- The queue is full: further attempts get no answer.
  local waiting = {}
  for i = 1, 10 do waiting[i] = async.create_task(net.connect, { host = "127.0.0.1", port = listener.port }) end
  async.sleep(0.01)
  local err = test.raises("timeout", net.connect, { host = "127.0.0.1", port = listener.port, timeout = 0.01 })
  same({ err.phase, err.address }, { "connect", "127.0.0.1:" .. listener.port })
  for _, task in ipairs(waiting) do
    task:cancel()
    local connected, stream = pcall(async.await, task)
    if connected then stream:close() end
  end
end)
