-- What writes send, and when they wait.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- Writes until it would wait, so that the system's buffers are full; how many bytes.
local function fill(stream)
  local piece, sent = ("."):rep(65536), 0
  repeat
    local in_time = async.move_on_after(0.01, stream.write, stream, piece)
    sent = sent + #piece
  until not in_time
  return sent
end

test("write joins strings and numbers, and gives the stream", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  truthy(a:write("a", 1, "b", 2.5, "", "c") == a)
  truthy(a:write() == a)
  a:shutdown()
  same(b:read_all(), "a1b2.5c")
  test.raises("usage", a.write, a, {})
  test.raises("usage", a.write, a, nil)
end)

test("more strings than the system takes in one call", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local pieces = {}
  for i = 1, 1000 do pieces[i] = tostring(i) .. ";" end
  a:write(table.unpack(pieces))
  a:shutdown()
  same(b:read_all(), table.concat(pieces))
end)

for _, kind in ipairs { "tcp", "unix" } do
  test("large strings arrive whole and in order: " .. kind, function()
    local a <close>, b = support.pair(kind)
    local _ <close> = b
    local one, two = support.pattern(7654321), support.pattern(4321)
    local writing = async.create_task(function()
      a:write(one, two, one)
      a:write(two)
      a:shutdown()
    end)
    truthy(b:read_all() == one .. two .. one .. two)
    async.await(writing)
  end)
end

test("a large string is sent from where it is, not copied", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local data = ("x"):rep(200 << 20)
  local before = support.memory()
  local writing = async.create_task(function() a:write(data) end)
  local received, most = 0, 0
  while received < #data do
    received = received + #b:read_exactly(8 << 20)
    collectgarbage()
    most = math.max(most, support.memory())
  end
  async.await(writing)
  truthy(most - before < 64 << 20, ("memory grew by %d MiB"):format((most - before) >> 20))
end)

test("a little more than the system takes does not make a write wait", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local sent = fill(a)
  local reading = async.create_task(function() return #b:read_exactly(sent) end)
  a:flush()
  same(async.await(reading), sent)
  -- Now the same again, but what is over is less than the high-water mark.
  local chunk = ("y"):rep(1000)
  local count = 0
  for _ = 1, 60 do
    a:write(chunk)
    count = count + #chunk
  end
  same(#b:read_exactly(count), count)
end)

test("flush waits until the system has it all", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local sent = fill(a)
  local flushing = async.create_task(function() a:flush() end)
  async.sleep(0.01)
  truthy(not flushing:done())
  same(#b:read_exactly(sent), sent)
  async.await(flushing)
  a:flush()
end)

test("shutdown comes after what was written, and leaves the other direction open", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local sent = fill(a)
  local ending = async.create_task(function() a:shutdown() end)
  same(#b:read_all(), sent)
  async.await(ending)
  a:shutdown()
  same(test.raises("closed", a.write, a, "x").address, (b:local_address()) .. ":" .. select(2, b:local_address()))
  b:write("answer")
  same(a:read(), "answer")
end)

test("a cancelled shutdown still takes place", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local sent = fill(a)
  local ending = async.create_task(function() a:shutdown() end)
  support.turn()
  ending:cancel()
  test.raises("cancelled", async.await, ending)
  same(#b:read_all(), sent)
end)

test("writing to one who has gone is an error, and the program lives on", function()
  local a <close>, b = support.pair()
  b:close()
  local err = test.raises("io", function()
    for _ = 1, 100 do
      a:write(("x"):rep(100000))
      support.turn()
    end
  end)
  truthy(err.code == "EPIPE" or err.code == "ECONNRESET", err.code)
  truthy(err.message:find("^write 127.0.0.1:%d+: "), err.message)
  test.raises("io", a.write, a, "again")
end)

test("an error of what was queued comes out later: at the next write, flush, or end of input", function()
  for _, later in ipairs { "write", "flush", "read", "close" } do
    local a <close>, b = support.pair("unix")
    fill(a)
    b:close() -- what a had queued is lost
    async.sleep(0.01)
    local err = test.raises("io", a[later], a)
    same(err.operation, later == "read" and err.operation or "write")
    pcall(a.close, a)
  end
end)
