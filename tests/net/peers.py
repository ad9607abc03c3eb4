"""What the tests of arun.net against other programs share: running scripts, and peers on free ports of the loopback."""
import os
import socket
import subprocess
import sys
import threading

ARUN = os.path.abspath(sys.argv[1])
_counts = {True: 0, False: 0}

PRELUDE = """
local async = require "arun.async"
local net = require "arun.net"
local fs = require "arun.fs"
local function ip(port) return { host = "127.0.0.1", port = tonumber(port) } end
local function memory() return tonumber(fs.read_file("/proc/self/statm"):match("%d+ (%d+)")) * 4096 end
local function descriptors() return #fs.list("/proc/self/fd") end
local function outcome(fn, ...)
  local ok, err = pcall(fn, ...)
  if ok then return "ok" end
  return ("%s %s"):format(err.kind, err.code or err.phase)
end
"""


def check(what, condition, seen=""):
    _counts[bool(condition)] += 1
    if not condition:
        print(f"FAIL  {what}: {seen}", flush=True)


def start(code, *arguments, **options):
    """The program, running this code with the arguments as `...`."""
    return subprocess.Popen([ARUN, "-", *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options), PRELUDE + code


def run(code, *arguments, **options):
    """What the code prints; its report if it fails."""
    process, text = start(code, *arguments, **options)
    try:
        out, err = process.communicate(text, timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        return "hung: " + "".join(process.communicate())
    return out + err


def check_run(what, expected, code, *arguments, **options):
    seen = run(code, *arguments, **options)
    check(what, seen == expected, repr(seen))


def server(handler, address="127.0.0.1", count=1):
    """Accepts so many connections and gives each to the handler, in a thread; the port, and the thread."""
    listening = socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET)

    def accept():
        with listening:
            for _ in range(count):
                connection, _ = listening.accept()
                with connection:
                    handler(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    return listening.getsockname()[1], thread


def finish():
    print(f"{_counts[True]} passed, {_counts[False]} failed")
    sys.exit(1 if _counts[False] or not _counts[True] else 0)
