-- What the tests of arun.net share.
local async = require "arun.async"
local fs = require "arun.fs"
local net = require "arun.net"

local support = {}

---Two ends of a connection; both `<close>`. `kind` is "tcp" (the default) or "unix".
function support.pair(kind)
  local path = kind == "unix" and "\0arun-test-" .. math.random(1, 1 << 40) or nil
  local listener <close> = net.listen { path = path }
  local accepting = async.create_task(function() return listener:accept() end)
  local one = net.connect(path and { path = path } or { host = listener.address, port = listener.port })
  return one, async.await(accepting)
end

---Lets the loop look at its sockets once, which sleep(0) does not.
function support.turn()
  local one <close>, other = support.pair "unix"
  local _ <close> = other
  one:write "."
  other:read()
end

---Calls fn with a listener that serves each connection with serve(stream), in a task of its own.
function support.with_server(serve, fn)
  local listener <close> = net.listen {}
  local group <close> = async.task_group()
  group:create_task(function()
    while true do
      local stream = listener:accept()
      group:create_task(function()
        local _ <close> = stream
        serve(stream)
      end)
    end
  end)
  fn(listener)
  group:cancel()
end

---How many file descriptors the process has open.
function support.descriptors() return #fs.list("/proc/self/fd") end

---Resident memory in bytes.
function support.memory()
  return tonumber(fs.read_file("/proc/self/statm"):match("%d+ (%d+)")) * 4096
end

---Asks again until it holds.
function support.eventually(what, holds)
  local deadline = async.time() + 20
  while not holds() do
    if async.time() > deadline then error("never came true: " .. what, 2) end
    async.sleep(0.001)
  end
end

---Fails when fn leaves descriptors open.
function support.leaves_no_descriptor(fn)
  support.turn() -- its own stay open
  local before = support.descriptors()
  fn()
  support.eventually("descriptors closed", function()
    collectgarbage()
    return support.descriptors() <= before
  end)
end

---Runs a task until it waits in a call of this name, or has ended.
function support.until_waiting(task, name)
  while not task:done() and not (task:stack() or ""):find(name, 1, true) do async.sleep(0) end
end

---Bytes that tell their place.
function support.pattern(size)
  local block = {}
  for i = 0, 4095 do block[#block + 1] = ("%07d,"):format(i) end
  local text = table.concat(block)
  return text:rep(size // #text + 1):sub(1, size)
end

return support
