#!/usr/bin/env python3
"""Names: what net.resolve gives and raises, and which addresses net.connect tries. names_test.py PROGRAM"""
import shutil
import socket
import subprocess
import tempfile

from dns_server import REFUSED, SERVFAIL, DnsServer
from peers import ARUN, check, check_run, finish, run, server

DNS = """
local servers = { "127.0.0.1:" .. (...) }
local resolver, hasty = net.resolver { servers = servers }, net.resolver { servers = servers, timeout = 0.1, tries = 1 }
local function resolve(name, options)
  options = options or {}
  options.resolver = options.resolver or resolver
  return table.concat(net.resolve(name, options), " ")
end
"""


def resolving():
    many = [f"10.0.{i // 250}.{i % 250 + 1}" for i in range(40)]
    zone = {"one.test": ["127.0.0.1"], "two.test": ["127.0.0.1", "127.0.0.2"], "both.test": ["127.0.0.1", "::1"],
            "six.test": ["::1"], "broken.test": SERVFAIL, "refused.test": REFUSED, "silent.test": None, "empty.test": [],
            "many.test": many}
    dns = DnsServer(zone)
    check_run("addresses", "127.0.0.1\n127.0.0.1 127.0.0.2\n::1\n127.0.0.1\n::1\n2\n40\n", DNS + """
      print(resolve "one.test")
      print(resolve "two.test")
      print(resolve "six.test")
      print(resolve("both.test", { family = "ipv4" }))
      print(resolve("both.test", { family = "ipv6" }))
      print(#net.resolve("both.test", { resolver = resolver }))
      print(#net.resolve("many.test", { resolver = resolver }))
    """, dns.port)
    check_run("case does not matter", "127.0.0.1\n", DNS + 'print(resolve "ONE.Test")', dns.port)
    check_run("what is an address already is not asked about", "127.0.0.1 ::1 fe80::1%lo\n", DNS + """
      print(resolve "127.0.0.1", resolve "::1", resolve "fe80::1%lo")
    """.replace(", ", " .. ' ' .. "), dns.port)
    check_run("errors", "dns ENOTFOUND\ndns ENODATA\ndns ENODATA\ndns ECONNREFUSED\ndns ECONNREFUSED\ndns ETIMEOUT\n"
              "dns EBADNAME\ndns ENOTFOUND\n", DNS + """
      print(outcome(resolve, "nosuch.test"))
      print(outcome(resolve, "empty.test"))
      print(outcome(resolve, "six.test", { family = "ipv4" }))
      print(outcome(resolve, "broken.test"))
      print(outcome(resolve, "refused.test"))
      print(outcome(resolve, "silent.test", { resolver = hasty }))
      print(outcome(resolve, "a\\0b"))
      print(outcome(resolve, ""))
    """, dns.port)
    check_run("an error names the host", "resolve nosuch.test: domain name not found (ENOTFOUND)\tnosuch.test\n", DNS + """
      local ok, err = pcall(resolve, "nosuch.test")
      print(err, err.host)
    """, dns.port)
    check_run("a time limit, a cancellation and other queries side by side", "timeout total\ncancelled nil\n127.0.0.1\n", DNS + """
      local slow = async.create_task(resolve, "silent.test")
      async.sleep(0)
      print(outcome(async.wait_for, async.create_task(resolve, "silent.test"), 0.01))
      slow:cancel()
      print(outcome(async.await, slow))
      print(resolve "one.test")
    """, dns.port)
    check_run("many at once", "100\n", DNS + """
      local names = {}
      for i = 1, 100 do names[i] = "one.test" end
      print(#async.map(names, function(name) return resolve(name) end))
    """, dns.port)
    check_run("cancelled at every turn, queries leave nothing open", "true\n", DNS + """
      resolve "one.test"
      local before = descriptors()
      for turns = 0, 20 do
        local task = async.create_task(function()
          local own = net.resolver { servers = { "127.0.0.1:" .. arg[1] } }
          for _ = 1, 3 do net.resolve("one.test", { resolver = own }) end
        end)
        for _ = 1, turns do descriptors() end
        task:cancel()
        pcall(async.await, task)
      end
      collectgarbage() collectgarbage()
      async.sleep(0.01)
      print(descriptors() <= before)
    """, dns.port)
    bad = run('net.resolver { servers = { "nonsense" } }')
    check("servers that are none", "nonsense" in bad and "stdin:" in bad, bad)


def truncated():
    addresses = [f"10.0.0.{i}" for i in range(1, 200)]
    dns = DnsServer({"long.test": addresses}, truncate=True)
    check_run("an answer too long for UDP is asked for by TCP", "199\n", DNS + """
      print(#net.resolve("long.test", { resolver = resolver, family = "ipv4" }))
    """, dns.port)


def hosts_file():
    seen = run('print(table.concat(net.resolve "localhost", " "):find("127.0.0.1", 1, true) ~= nil)')
    check("localhost is known without a server", seen == "true\n", seen)


def unreachable_server():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seen = run(DNS + 'print(outcome(resolve, "one.test", { resolver = hasty }))', port)
    check("a server that is not there", seen in ("dns ECONNREFUSED\n", "dns ETIMEOUT\n"), seen)


class Hole:
    """An address that never answers: a listener whose queue is full."""

    def __init__(self, address, port):
        self.listening = socket.socket()
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listening.bind((address, port))
        self.listening.listen(0)
        self.inside = []
        for _ in range(3):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex((address, port))
            self.inside.append(connection)

    def close(self):
        for connection in [*self.inside, self.listening]:
            connection.close()


CONNECT = DNS + """
local function connect(name, port, options)
  options = options or {}
  options.host, options.port, options.resolver = name, tonumber(port), resolver
  return net.connect(options)
end
"""


def several_addresses():
    def greet(connection):
        connection.sendall(b"hello from " + connection.getsockname()[0].encode())

    port, _ = server(greet, count=100)
    dns = DnsServer({"both.test": ["127.0.0.1", "::1"], "second.test": ["127.0.0.2", "127.0.0.1"],
                     "none.test": ["127.0.0.2", "127.0.0.3", "::1"], "single.test": ["127.0.0.1"],
                     "holes.test": ["127.0.0.4", "127.0.0.5"], "slow.test": ["127.0.0.4", "127.0.0.1"]})
    check_run("a name with one address", "hello from 127.0.0.1\n", CONNECT + """
      print(connect("single.test", select(2, ...)):read_all())
    """, dns.port, port)
    check_run("IPv6 refuses, IPv4 answers", "hello from 127.0.0.1\n", CONNECT + """
      print(connect("both.test", select(2, ...)):read_all())
    """, dns.port, port)
    check_run("only addresses of one family are tried", "io ECONNREFUSED\nhello from 127.0.0.1\n", CONNECT + """
      print(outcome(connect, "both.test", select(2, ...), { family = "ipv6" }))
      print(connect("both.test", select(2, ...), { family = "ipv4" }):read_all())
    """, dns.port, port)
    check_run("an attempt that fails is followed by the next at once", "hello from 127.0.0.1\ttrue\n", CONNECT + """
      local start = async.time()
      print(connect("second.test", select(2, ...)):read_all(), async.time() - start < 0.2)
    """, dns.port, port)
    check_run("when all fail, the error names every address",
              f"connect none.test:{port}: 127.0.0.2:{port}: connection refused (ECONNREFUSED); "
              f"127.0.0.3:{port}: connection refused (ECONNREFUSED); "
              f"[::1]:{port}: connection refused (ECONNREFUSED)\tECONNREFUSED\t3\n", CONNECT + """
      local ok, err = pcall(connect, "none.test", select(2, ...))
      table.sort(err.errors, function(a, b) return a.message > b.message end)
      local text = {}
      for i = 3, 1, -1 do text[#text + 1] = err.errors[i].message:sub(9) end
      print("connect " .. err.address .. ": " .. table.concat(text, "; "), err.code, #err.errors)
      assert(err.message:find("127.0.0.2", 1, true) and err.message:find("[::1]", 1, true))
    """, dns.port, port)

    hole = Hole("127.0.0.4", port)
    other = Hole("127.0.0.5", port)
    check_run("an attempt without an answer is overtaken after a quarter of a second, and closed",
              "hello from 127.0.0.1\ttrue\ttrue\n", CONNECT + """
      connect("single.test", select(2, ...)):close()
      local start, before = async.time(), descriptors()
      local stream <close> = connect("slow.test", select(2, ...))
      local took = async.time() - start
      print(stream:read_all(), took > 0.2 and took < 2, descriptors() == before + 1)
    """, dns.port, port)
    check_run("a time limit on all of it", "timeout connect holes.test:%d\ttrue\ttrue\n" % port, CONNECT + """
      connect("single.test", select(2, ...)):close()
      local start, before = async.time(), descriptors()
      local ok, err = pcall(connect, "holes.test", select(2, ...), { timeout = 0.4 })
      print(("%s %s %s"):format(err.kind, err.phase, err.address), async.time() - start < 2, descriptors() <= before)
    """, dns.port, port)
    check_run("cancelled at any time, attempts leave nothing open", "true\n", CONNECT + """
      connect("single.test", select(2, ...)):close()
      local before = descriptors()
      for i = 0, 20 do
        local task = async.create_task(connect, i % 2 == 0 and "slow.test" or "second.test", (select(2, table.unpack(arg))))
        async.sleep(i * 0.015)
        task:cancel()
        local connected, stream = pcall(async.await, task)
        if connected then stream:close() end
      end
      print(descriptors() <= before)
    """, dns.port, port)
    hole.close()
    other.close()


def without_ares():
    """Without c-ares only names need it."""
    with tempfile.TemporaryDirectory() as directory:
        alone = shutil.copy(ARUN, directory)
        code = """
          local net = require "arun.net"
          local listener = net.listen {}
          print(net.connect { host = "127.0.0.1", port = listener.port })
          print(pcall(net.resolve, "example.com"))
        """
        done = subprocess.run([alone, "-e", code], capture_output=True, text=True, timeout=60, check=False)
        check("without c-ares addresses work, and names say what to install",
              "stream (127.0.0.1" in done.stdout and "install libc-ares-dev" in done.stdout, done.stdout + done.stderr)


resolving()
truncated()
hosts_file()
unreachable_server()
several_addresses()
without_ares()
finish()
