-- net.connect and net.listen: options, addresses, what is refused.
local async = require "arun.async"
local fs = require "arun.fs"
local net = require "arun.net"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function closed_port()
  local listener <close> = net.listen {}
  return listener.port
end

test("a refused connection names the address", function()
  local port = closed_port()
  local err = test.raises("io", net.connect, { host = "127.0.0.1", port = port })
  local address = "127.0.0.1:" .. port
  same({ err.code, err.operation, err.address }, { "ECONNREFUSED", "connect", address })
  same(tostring(err), ("connect %s: connection refused (ECONNREFUSED)"):format(address))
end)

test("an unreachable address", function()
  same(test.raises("io", net.connect, { host = "224.0.0.1", port = 80 }).code, "ENETUNREACH")
end)

test("IPv6", function()
  local reachable, listener = pcall(net.listen, { host = "::1" })
  if not reachable then
    same(listener.code, "EADDRNOTAVAIL") -- this machine has none
    return
  end
  local _ <close> = listener
  local accepting = async.create_task(function() return listener:accept() end)
  local one <close> = net.connect { host = "::1", port = listener.port }
  local other <close> = async.await(accepting)
  same({ one:peer_address() }, { "::1", listener.port })
  same({ other:peer_address() }, { one:local_address() })
  same(tostring(one), ("stream ([::1]:%d)"):format(listener.port))
  one:write("six")
  same(other:read(), "six")
end)

test("addresses of both ends", function()
  local listener <close> = net.listen { host = "localhost" }
  same(listener.address, "127.0.0.1")
  same(tostring(listener), ("listener (127.0.0.1:%d)"):format(listener.port))
  local accepting = async.create_task(function() return listener:accept() end)
  local one <close> = net.connect { host = "127.0.0.1", port = listener.port, local_address = "127.0.0.5" }
  local other <close> = async.await(accepting)
  local host, port = one:local_address()
  same(host, "127.0.0.5")
  same({ other:peer_address() }, { host, port })
  same({ other:local_address() }, { "127.0.0.1", listener.port })
  same(listener.nothing, nil)
end)

test("an address that is not ours to connect from", function()
  local err = test.raises("io", net.connect, { host = "127.0.0.1", port = 1, local_address = "192.0.2.1" })
  same({ err.code, err.operation, err.address }, { "EADDRNOTAVAIL", "bind", "192.0.2.1:0" })
end)

test("Unix sockets: a path, and a name in the abstract namespace", function()
  local dir <close> = fs.temp_dir()
  for _, path in ipairs { fs.path.join(dir.path, "socket"), "\0arun-connect-test", "\0with\xffbytes" } do
    local listener <close> = net.listen { path = path }
    same({ listener.address, listener.port }, { path, nil })
    local accepting = async.create_task(function() return listener:accept() end)
    local one <close> = net.connect { path = path }
    local other <close> = async.await(accepting)
    same({ one:peer_address() }, { path })
    same({ one:local_address() }, { "" })
    one:set_nodelay(true)
    one:set_keepalive(10)
    other:write("hello")
    same(one:read(), "hello")
  end
  same(test.raises("io", net.connect, { path = fs.path.join(dir.path, "socket") }).code, "ENOENT")
  fs.write_file(fs.path.join(dir.path, "file"), "")
  local err = test.raises("io", net.connect, { path = fs.path.join(dir.path, "file") })
  same({ err.code, err.address }, { "ECONNREFUSED", fs.path.join(dir.path, "file") })
end)

test("what is in use cannot be listened at", function()
  local listener <close> = net.listen {}
  local err = test.raises("io", net.listen, { port = listener.port })
  same({ err.code, err.operation, err.address }, { "EADDRINUSE", "listen", "127.0.0.1:" .. listener.port })
  local unix <close> = net.listen { path = "\0arun-in-use" }
  same(unix.port, nil)
  same(test.raises("io", net.listen, { path = "\0arun-in-use" }).address, "@arun-in-use")
end)

test("several listeners share a port when they say so", function()
  local one <close> = net.listen { reuse_port = true }
  local two <close> = net.listen { reuse_port = true, port = one.port }
  same(one.port, two.port)
end)

test("a listener whose connections wait is served one by one", function()
  local listener <close> = net.listen {}
  local streams = {}
  for i = 1, 5 do
    streams[i] = net.connect { host = "127.0.0.1", port = listener.port }
    streams[i]:write(i)
  end
  for i = 1, 5 do
    local other <close> = listener:accept()
    same(other:read(), tostring(i))
    streams[i]:close()
  end
end)

test("options of a connection", function()
  local listener <close> = net.listen {}
  local stream <close> = net.connect {
    host = "127.0.0.1", port = listener.port, nodelay = false, keepalive = 60, timeout = 10,
  }
  stream:set_nodelay(true)
  stream:set_keepalive(false)
  test.raises("usage", stream.set_nodelay, stream)
  test.raises("usage", stream.set_keepalive, stream, 0)
  test.raises("usage", stream.set_keepalive, stream, "often")
end)

test("wrong options are kind usage and name the script's line", function()
  local loopback = "127.0.0.1"
  local wrong = {
    [{ hots = "x" }] = "unknown option 'hots' (did you mean 'host'?)",
    [{ host = "x" }] = "option 'port': an integer from 0 up to 65535 expected, got nil",
    [{ host = "x", port = 65536 }] = "option 'port': an integer from 0 up to 65535 expected, got 65536",
    [{ host = "x", port = "80" }] = "option 'port': an integer from 0 up to 65535 expected, got string",
    [{ port = 80 }] = "option 'host': a string expected, got nil",
    [{ path = "/x", port = 80 }] = "option 'path' stands in place of 'host' and 'port'",
    [{ host = loopback, port = 1, timeout = -1 }] = "option 'timeout': a number from 0 expected, got -1",
    [{ host = loopback, port = 1, keepalive = 0 }] = "'keepalive': an integer from 1 up to 32767 expected, got 0",
    [{ host = loopback, port = 1, local_address = "here" }] = "'local_address': a numeric address expected",
    [{ host = "name.invalid", port = 1, family = "ipv5" }] = "option 'family': 'ipv4' or 'ipv6' expected, got string",
    [{ host = "name.invalid", port = 1, resolver = {} }] = "'resolver': one made by net.resolver expected, got table",
    [{ path = ("x"):rep(200) }] = "option 'path': at most 107 bytes without NUL expected",
    [{ path = "a\0b" }] = "option 'path': at most 107 bytes without NUL expected",
  }
  for given, message in pairs(wrong) do
    local err = test.raises("usage", net.connect, given)
    truthy(err.message:find(message, 1, true), err.message)
    test.match(err.message, "connect_test.lua:%d+: ")
  end
  test.raises("usage", net.connect)
  test.raises("usage", net.listen, { port = -1 })
  test.raises("usage", net.listen, { backlog = 0 })
  test.raises("usage", net.listen, { path = "/x", host = "y" })
  test.raises("usage", net.resolve)
  test.raises("usage", net.resolver, { servers = {} })
  test.raises("usage", net.resolver, { servers = { {} } })
  test.raises("usage", net.resolver, { tries = 0 })
end)

test("connections that fail leave nothing open", function()
  local port = closed_port()
  support.leaves_no_descriptor(function()
    for _ = 1, 50 do
      pcall(net.connect, { host = "localhost", port = port })
      pcall(net.connect, { host = "127.0.0.1", port = port, local_address = "192.0.2.1" })
      pcall(net.connect, { path = "/nowhere" })
      pcall(net.listen, { host = "192.0.2.1" })
    end
  end)
end)
