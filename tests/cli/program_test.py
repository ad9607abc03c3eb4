#!/usr/bin/env python3
"""The arun program as a user meets it: command line, exit codes, signals, pipes. program_test.py PROGRAM"""
import os
import resource
import signal
import subprocess
import sys
import tempfile

ARUN = os.path.abspath(sys.argv[1])
passed = failed = 0


def run(*arguments, stdin=None, **options):
    return subprocess.run([ARUN, *arguments], input=stdin, capture_output=True, text=True, timeout=60, **options)


def check(what, condition, seen=""):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print(f"FAIL  {what}: {seen}")


def check_run(what, result, code=0, out=None, err=None):
    good = result.returncode == code
    good = good and (out is None or result.stdout == out) and (err is None or err in result.stderr)
    check(what, good, (result.returncode, result.stdout, result.stderr))


def script(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def command_line(directory):
    path = script(directory, "args.lua", "#!/usr/bin/env arun\nprint(arg[0], #arg, ...)")
    check_run("script and arguments", run(path, "-x", "--y"), out=f"{path}\t2\t-x\t--y\n")
    check_run("standard input", run("-", "a", stdin="print(arg[0], ...)"), out="-\ta\n")
    check_run("standard input when nothing is named", run(stdin="print('piped')"), out="piped\n")
    check_run("-e", run("-e", "print(1 + 1)"), out="2\n")
    check_run("-e and -l take effect in order", run("-l", "lpeg", "-e", "print(type(lpeg.P))", "-e", "x = 1"), out="function\n")
    check_run("-e before a script", run("-e", "x = 'set'", script(directory, "x.lua", "print(x)")), out="set\n")
    check_run("Lua C modules of the system", run("-e", "print(require('cjson').encode({1}))"), out="[1]\n")
    version = run("--version")
    check_run("--version", version)
    check("--version names the libraries", "Lua 5.4" in version.stdout and "libuv 1." in version.stdout, version.stdout)
    check_run("--help", run("--help"))
    check_run("an unknown option", run("--nonsense"), code=2, err="--nonsense")
    check_run("-e without code", run("-e"), code=2, err="-e")
    script(directory, "beside.lua", "return 'beside the script'")
    check_run("modules beside the script", run(script(directory, "main.lua", "print((require 'beside'))"), cwd="/"),
              out="beside the script\n")
    os.mkdir(os.path.join(directory, "path"))
    script(os.path.join(directory, "path"), "elsewhere.lua", "return 'on LUA_PATH'")
    check_run("modules on LUA_PATH", run("-e", "print((require 'elsewhere'))",
                                         env={**os.environ, "LUA_PATH": f"{directory}/path/?.lua;;"}), out="on LUA_PATH\n")
    link = os.path.join(directory, "linked")
    os.symlink(ARUN, link)
    linked = subprocess.run([link, "-e", "print(require('arun.json').encode {1})"], capture_output=True, text=True, check=False)
    check("through a symbolic link, shared modules are found", linked.stdout == "[1]\n", linked.stderr)


def exit_codes(directory):
    check_run("an error", run(script(directory, "fail.lua", "local function f()\n  error('boom')\nend\nf()")), code=1, err="boom")
    check_run("the report shows source lines", run(os.path.join(directory, "fail.lua")), code=1, err="    error('boom')")
    check_run("a missing script", run("nowhere.lua"), code=1, err="nowhere.lua")
    check_run("a syntax error", run("-e", "x = = 1"), code=1, err=":1:")
    chain = run("-e", "local async = require 'arun.async'\n"
                "local t = async.create_task(function() error('deep') end)\n"
                "local u = async.create_task(function() async.await(t) end)\nasync.await(u)")
    check_run("the chain of tasks", chain, code=1, err="awaited by")
    unawaited = run("-e", "require('arun.async').create_task(function() error('nobody looks') end)")
    check_run("an error that nobody awaited", unawaited, code=1, err="nobody looks")
    check_run("os.exit", run("-e", "os.exit(7)"), code=7)
    check_run("os.exit from a task that awaited", run("-e", "require('arun.async').sleep(0) print('kept') os.exit(3)"),
              code=3, out="kept\n")
    check_run("a deadlock", run("-e", "require('arun.async').event():wait()"), code=1, err="deadlock")


def started(*arguments):
    """The program once it has printed its first line."""
    process = subprocess.Popen([ARUN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    return process, first


def interrupts(directory):
    path = script(directory, "wait.lua", "local async = require 'arun.async'\n"
                  "local _ <close> = setmetatable({}, {__close = function() async.sleep(0.01) print('cleaned') end})\n"
                  "print('ready')\nasync.sleep(60)")
    process, _ = started(path)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    check("Ctrl-C runs the clean-up and exits with 130", (process.returncode, out, err) == (130, "cleaned\n", ""),
          (process.returncode, out, err))

    process, _ = started(script(directory, "busy.lua", "print('ready')\nwhile true do end"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    check("Ctrl-C stops Lua code that never awaits", process.returncode == 130, (process.returncode, err))

    path = script(directory, "stubborn.lua", "local async = require 'arun.async'\n"
                  "io.stdout:setvbuf('full')\n"
                  "local _ <close> = setmetatable({}, {__close = function()\n"
                  "  io.stdout:write('buffered')\n  io.stderr:write('cleaning\\n')\n  while true do async.sleep(1) end\nend})\n"
                  "io.stdout:write('ready\\n') io.stdout:flush()\nasync.sleep(60)")
    process, _ = started(path)
    process.send_signal(signal.SIGINT)
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    check("a second Ctrl-C exits at once, and loses no output", (process.returncode, out) == (130, "buffered"),
          (process.returncode, out, err))


def pipes():
    for code in ("while true do print('line') end", "while true do io.write('line\\n') end",
                 "while true do io.stdout:write('line\\n') end"):
        process = subprocess.Popen([ARUN, "-e", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first = process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()
        process.wait(timeout=30)
        check(f"a pipe that closes early ends it quietly: {code}",
              (first, error, process.returncode) == ("line\n", "", -signal.SIGPIPE), (first, error, process.returncode))
    long = run("-e", "for i = 1, 100000 do io.write(i, '\\n') end")
    check("a long output into a pipe is whole", long.stdout.count("\n") == 100000, len(long.stdout))
    failing = run("-e", "io.write('before') error('after')")
    check("output before an error is kept", failing.stdout == "before", failing.stdout)


def descriptors():
    for closed in ("<&-", ">&-", "2>&-"):
        done = subprocess.run(["bash", "-c", f'"{ARUN}" -e "x = 1" {closed}'], capture_output=True, text=True, check=False)
        check(f"starts with a standard descriptor closed: {closed}", done.returncode == 0, (done.returncode, done.stderr))
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([ARUN, "-e", "print(1)"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    check("output that cannot be written is an error", done.returncode == 1 and "standard output" in done.stderr,
          (done.returncode, done.stderr))


def memory():
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
    run("-e", "local text = ('x'):rep(1000) for i = 1, 300 do local large = text:rep(1000 + i) end")
    faults = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt - before
    check("memory that was freed is used again, not taken from the system anew", faults < 20000, faults)


with tempfile.TemporaryDirectory() as folder:
    command_line(folder)
    exit_codes(folder)
    interrupts(folder)
    pipes()
descriptors()
memory()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
