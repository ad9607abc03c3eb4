#!/usr/bin/env python3
"""Looking into running programs: arun ps, tree, stack, SIGUSR1, async.dump. inspect_test.py PROGRAM"""
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

from checks import check, finish

ARUN = os.path.abspath(sys.argv[1])
HUNG = 60
directory = tempfile.mkdtemp()
environment = dict(os.environ, XDG_RUNTIME_DIR=directory)
sockets = os.path.join(directory, "arun")


def ask(*arguments, **options):
    """Exit code, output and errors of arun."""
    done = subprocess.run([ARUN, *map(str, arguments)], capture_output=True, text=True, timeout=HUNG, check=False,
                          env=options.pop("env", environment), **options)
    return done.returncode, done.stdout, done.stderr


def masked(text):
    """What differs from run to run: times, numbers of processes."""
    text = re.sub(r"\d+\.\d+ s", "T s", text)
    text = re.sub(r"sleep, \S+ s to go", "sleep, T s to go", text)
    # A wait of less than a tenth of a second is told without its time.
    text = re.sub(r"has waited T s for", "waits for", text)
    return re.sub(r"(?m) +", " ", text)


class Program:
    """A script that runs, and has printed "ready"; it is ended at the end of the block."""

    def __init__(self, source, *options, **more):
        self.path = os.path.join(tempfile.mkdtemp(dir=directory), "main.lua")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(source)
        self.process = subprocess.Popen([ARUN, *options, "main.lua"], cwd=os.path.dirname(self.path), text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=more.get("env", environment))
        self.pid = self.process.pid

    def __enter__(self):
        line = self.process.stdout.readline()
        check("the program is ready", line == "ready\n", line or self.process.stderr)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ask(self, command, *arguments):
        return ask(command, self.pid, *arguments, cwd=os.path.dirname(self.path))


def eventually(condition):
    """Whether it becomes true; for what another process does by itself."""
    end = time.monotonic() + HUNG
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


SCOPES = """\
local async = require "arun.async"
local fs = require "arun.fs"
local lock = async.lock()
local fetch = async(function()
  local guard <close> = lock:acquire()
  local file <close> = fs.open "/dev/null"
  async.await(async.future())
end)
local worker = async(function() async.gather { fetch(), fetch() } end)
local awaited = async.create_task(worker())
local group <close> = async.task_group()
group:create_task(function() async.await(awaited) end):set_name("waiter")
async.create_task(function()
  async.sleep(0.05)
  print("ready")
  io.stdout:flush()
  async.await(async.future())
end):set_name("printer")
async.call_later(1000, print)
"""


def views():
    with Program(SCOPES, "--inspect") as program:
        code, out, err = program.ask("tree")
        check("tree", (code, err) == (0, ""), (code, err))
        expected = """\
run of 4 tasks
├─ main #1 waits for the end of 1 tasks, at main.lua:19 [CPU T s]
│ └─ group of 1 task
│ └─ waiter #3 (created at main.lua:12) waits for the end of task 'worker' (created at main.lua:10), at main.lua:12 [CPU T s]
├─ worker #2 (created at main.lua:10) waits for gather of 2 tasks, at main.lua:9 [CPU T s]
│ └─ gather of 2 tasks
│ ├─ fetch #6 (created at main.lua:9) waits for a future, at main.lua:7 [CPU T s, 1 handle]
│ └─ fetch #7 (created at main.lua:9) waits for a lock held by task 'fetch', taken at main.lua:5, at main.lua:5 [CPU T s]
├─ printer #4 (created at main.lua:13) waits for a future, at main.lua:17 [CPU T s]
└─ task-5 #5 (created at main.lua:19) waits for sleep, T s to go [CPU T s]
"""
        check("the tree", masked(out) == expected, masked(out))
        code, out, err = program.ask("ps")
        expected = """\
ID STATE FOR CPU HANDLES NAME WAITS FOR
1 waiting T s T s 0 main the end of 1 tasks
2 waiting T s T s 0 worker gather of 2 tasks
3 waiting T s T s 0 waiter the end of task 'worker' (created at main.lua:10)
4 waiting T s T s 0 printer a future
5 waiting T s T s 0 task-5 sleep, T s to go
6 waiting T s T s 1 fetch a future
7 waiting T s T s 0 fetch a lock held by task 'fetch', taken at main.lua:5
"""
        check("ps PID", (code, masked(out), err) == (0, expected, ""), (code, masked(out), err))
        code, out, err = program.ask("stack", 7)
        expected = """\
task 'fetch' #7 (created at main.lua:9) waits for a lock held by task 'fetch', taken at main.lua:5, at main.lua:5 [CPU T s]
	main.lua:5: in function <main.lua:4>
	 local guard <close> = lock:acquire()
which waits for
task 'fetch' #6 (created at main.lua:9) waits for a future, at main.lua:7 [CPU T s, 1 handle]
	main.lua:7: in function <main.lua:4>
	 async.await(async.future())
"""
        check("stack of one task, and of those it waits for", (code, masked(out), err) == (0, expected, ""),
              (code, masked(out), err))
        code, out, err = program.ask("stack", "waiter")
        check("stack by name", code == 0 and [line.split("(")[0] for line in out.splitlines() if line[0] == "t"]
              == ["task 'waiter' #3 ", "task 'worker' #2 "], out)
        code, out, err = program.ask("stack")
        check("all stacks", code == 0 and out.count("task '") >= 7 and "main.lua:17: in function" in out, out)
        check("a task that is not there", program.ask("stack", "nobody") == (1, "", "arun: there is no task 'nobody'\n"))
        check("its socket is its user's alone", stat.S_IMODE(os.stat(os.path.join(sockets, str(program.pid))).st_mode) == 0o600)
        check("and the directory", stat.S_IMODE(os.stat(sockets).st_mode) == 0o700)


def several_programs():
    source = "print 'ready' require('arun.async').sleep(1000)"
    with Program(source, "--inspect") as one, Program(source, "--inspect") as two, Program(source):
        code, out, err = ask("ps")
        lines = [f"{pid:<10}  {ARUN} --inspect main.lua" for pid in sorted((one.pid, two.pid))]
        check("ps lists those that can be looked into", (code, out, err) ==
              (0, "\n".join(["PID         COMMAND", *lines]) + "\n", ""), (code, out, err))
    check("programs that were killed are not there, nor their sockets", eventually(lambda: ask("ps") == (1, "",
          "arun: no program can be looked into: start one with 'arun --inspect SCRIPT', or send one SIGUSR1\n"))
          and os.listdir(sockets) == [], os.listdir(sockets))
    with Program("print 'ready'", "--inspect") as program:
        program.process.wait(HUNG)
    check("a program that ends takes its socket away", os.listdir(sockets) == [], os.listdir(sockets))


def stale_sockets():
    """A socket that a killed program of the same number left, is no obstacle."""
    os.makedirs(sockets, mode=0o700, exist_ok=True)
    left = socket.socket(socket.AF_UNIX)
    left.bind(os.path.join(sockets, "1"))
    left.close()
    with Program("print 'ready' require('arun.async').sleep(1000)", "--inspect") as program:
        check("the start of a program removes it", os.listdir(sockets) == [str(program.pid)], os.listdir(sockets))


def busy_programs():
    with Program("print 'ready' local function spin() while true do end end\nspin()", "--inspect") as program:
        for _ in range(50):
            code, out, err = program.ask("tree")
            check("busy Lua answers", (code, masked(out), err) ==
                  (0, "run of 1 task\n└─ main #1 is running, at main.lua:1 [CPU T s]\n", ""), (code, out, err))
        out = program.ask("stack", "main")[1]
        check("with its stack", "main.lua:1: in function <main.lua:1>" in out and "main.lua:2: in main chunk" in out, out)
        used = [float(re.search(r"CPU (\S+) s", program.ask("tree")[1])[1]) for _ in range(2)]
        check("CPU time rises", used[0] < used[1], used)
    with Program("local co = coroutine.wrap(function()\nprint 'ready' while true do end\nend)\nco()", "--inspect") as program:
        out = program.ask("stack", 1)[1]
        check("busy in a coroutine", "main.lua:2: in function <main.lua:1>" in out and "main.lua:4: in main chunk" in out, out)
    with Program("local async = require 'arun.async'\nprint 'ready'\n"
                 "async.gather { function() while true do async.sleep(0) end end,\n"
                 "  function() while true do async.sleep(0) end end }", "--inspect") as program:
        code, out, err = program.ask("ps")
        check("tasks that take turns without end", (code, out.count("\n"), err) == (0, 4, ""), (code, out, err))
    with Program("print 'ready' os.execute('sleep 1000 & echo $! > child; wait')", "--inspect") as program:
        child = os.path.join(os.path.dirname(program.path), "child")
        eventually(lambda: os.path.exists(child) and os.path.getsize(child) > 1)
        check("inside a C function", program.ask("tree") == (1, "",
              "arun: the program has not come to answer for 2 s: it is inside a C function that does not return "
              "(os.execute, a read of io, a library), or stopped\n"))
        with open(child, encoding="utf-8") as file:
            os.kill(int(file.read()), signal.SIGKILL)
    with Program("print 'ready' require('arun.async').sleep(1000)", "--inspect") as program:
        os.kill(program.pid, signal.SIGSTOP)
        check("a stopped program", program.ask("ps") == (1, "", f"arun: process {program.pid} does not answer: it is "
                                                                "stopped, or ends\n"))
        os.kill(program.pid, signal.SIGCONT)


def many_tasks():
    with Program("local async = require 'arun.async'\nlocal work = async(function() async.sleep(1000) end)\n"
                 "for _ = 1, 10000 do async.create_task(work()) end\nasync.sleep(0)\nprint 'ready'", "--inspect") as program:
        code, out, _ = program.ask("tree")
        check("a tree of many tasks is short", code == 0 and out.count("\n") < 30
              and "and 9990 tasks more like these, left out here" in out, out)
        code, out, _ = program.ask("ps")
        check("the table has them all", code == 0 and out.count("\n") == 10001, out.count("\n"))
    with Program("local async = require 'arun.async'\nlocal function deep(n)\n  if n == 0 then print 'ready' async.sleep(1000) end\n"
                 "  async.gather { function() deep(n - 1) end }\nend\ndeep(1000)", "--inspect") as program:
        code, out, _ = program.ask("tree")
        check("a deep tree", code == 0 and "what lies further in is left out here" in out and out.count("\n") < 100, out)


def by_signal():
    source = "local async = require 'arun.async'\nprint 'ready'\nasync.sleep(1000)"
    with Program(source) as program:
        check("not to be looked into", program.ask("ps") == (1, "",
              f"arun: process {program.pid} cannot be looked into: start it with 'arun --inspect', or, if it is an arun "
              f"program, send it SIGUSR1 (kill -USR1 {program.pid})\n"))
        os.kill(program.pid, signal.SIGUSR1)
        lines = [program.process.stderr.readline() for _ in range(3)]
        check("SIGUSR1 prints the tree", masked("".join(lines)) == f"arun: process {program.pid} has 1 task(s)\n"
              "run of 1 task\n└─ main #1 waits for sleep, T s to go, at main.lua:3\n", lines)
        check("and opens", eventually(lambda: program.ask("ps")[0] == 0))
    with Program("print 'ready'\nwhile true do end") as program:
        os.kill(program.pid, signal.SIGUSR1)
        lines = [program.process.stderr.readline() for _ in range(3)]
        check("SIGUSR1 while Lua is busy", lines[2] == "└─ main #1 is running, at main.lua:2\n", lines)
    with Program(source, "--json-errors") as program:
        os.kill(program.pid, signal.SIGUSR1)
        line = program.process.stderr.readline()
        check("SIGUSR1 as JSON", line.startswith('{"kind":"tasks","message":"process '), line)


def errors():
    check("no such process", ask("ps", 999999999) == (1, "", "arun: no such process: 999999999\n"))
    check("no number", ask("tree", "x1") == (2, "", "arun: a process number expected, got 'x1'\n"))
    check("no process named", ask("stack") == (2, "", "arun: stack of which process? 'arun ps' lists those that can be "
                                                      "looked into\n"))
    check("too many arguments", ask("tree", "1", "2") == (2, "", "arun: unexpected argument '2'\n"))
    check("help", ask("ps", "--help")[1].startswith("Usage: arun ps [PID]\n"))
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "ps"), "w", encoding="utf-8") as file:
            file.write("print('a script')")
        check("a script of that name", ask("./ps", cwd=folder)[1] == "a script\n")
    unusable = {**environment, "XDG_RUNTIME_DIR": "/dev/null"}
    with Program("print 'ready' require('arun.async').sleep(1000)", "--inspect", env=unusable) as program:
        check("without XDG_RUNTIME_DIR it is /tmp", ask("ps", program.pid, env=unusable)[0] == 0)
        path = f"/tmp/arun-{os.geteuid()}/{program.pid}"
        check("a socket there", stat.S_ISSOCK(os.stat(path).st_mode))
    check("which ps removes", eventually(lambda: ask("ps", env=unusable) and not os.path.exists(path)))


def another_user():
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return
    with Program("print 'ready' require('arun.async').sleep(1000)", "--inspect") as program:
        other = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        done = subprocess.run([*other, ARUN, "ps", str(program.pid)], env=environment, capture_output=True, text=True,
                              timeout=HUNG, check=False)
        check("another user is refused", (done.returncode, done.stdout, done.stderr) ==
              (1, "", f"arun: permission denied: process {program.pid} is another user's\n"), done)
        # Even one who gets at the socket.
        os.chmod(directory, 0o755)
        os.chmod(sockets, 0o755)
        os.chmod(os.path.join(sockets, str(program.pid)), 0o666)
        done = subprocess.run([*other, ARUN, "ps", str(program.pid)], env=environment, capture_output=True, text=True,
                              timeout=HUNG, check=False)
        check("by the program itself, too", done.returncode == 1 and done.stdout == "", done)
        os.chmod(sockets, 0o700)


def dump():
    path = os.path.join(directory, "dump.lua")
    with open(path, "w", encoding="utf-8") as file:
        file.write("local async = require 'arun.async'\nasync.create_task(print):set_name('x')\nasync.dump()\n"
                   "async.dump(function(text) print(#text > 50) end)\nprint(pcall(async.dump, 1))")
    code, out, err = ask("dump.lua", cwd=directory)
    check("async.dump", (code, err) == (0, "run of 2 tasks\n├─ main #1 is running, at dump.lua:3\n"
                                           "└─ x #2 (created at dump.lua:2) has not started\n"), (code, err))
    check("async.dump with a function", out.startswith("true\nfalse\tdump.lua:5: bad argument #1 to 'dump'"), out)


try:
    views()
    several_programs()
    stale_sockets()
    busy_programs()
    many_tasks()
    by_signal()
    errors()
    another_user()
    dump()
finally:
    shutil.rmtree(directory)
finish()
