#!/usr/bin/env python3
"""The arun program as a user meets it: command line, exit codes, signals, pipes. program_test.py PROGRAM"""
import os
import pty
import resource
import signal
import subprocess
import sys
import tempfile

from checks import check, finish

ARUN = os.path.abspath(sys.argv[1])


def run(*arguments, stdin=None, **options):
    return subprocess.run([ARUN, *arguments], input=stdin, capture_output=True, text=True, timeout=60, **options)


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
    for library in ("Lua 5.4", "libuv 1.", "CLI11 2.", "simdjson "):
        check(f"--version names {library}", library in version.stdout, version.stdout)
    check_run("--help", run("--help"))
    check_run("an unknown option", run("--nonsense"), code=2, err="unknown option '--nonsense'")
    check_run("-e without code", run("-e"), code=2, err="option '-e' needs an argument: CODE")
    for wrong in ("0", "-1", "soon"):
        check_run(f"--time-slice {wrong}", run("--time-slice", wrong, "-e", "x = 1"), code=2, err="--time-slice")
    check_run("--time-slice without seconds", run("-e", "x = 1", "--time-slice"), code=2,
              err="option '--time-slice' needs an argument: SECONDS")
    path = script(directory, "spin.lua", """
        local async = require 'arun.async'
        local woken = false
        async.create_task(function() async.sleep(0.001) woken = true end)
        while not woken do end
        print(arg[-2], arg[-1])""")
    check_run("--time-slice lets others run", run("--time-slice", "0.002", path), out="--time-slice\t0.002\n")
    slow = "local deadline = os.clock() + 0.3\nwhile os.clock() < deadline do end"
    check_run("--debug reports tasks that hold the loop", run("--debug", "-e", slow),
              err="arun: task 'main' has held the loop for 0.1")
    silent = run("-e", slow)
    check("without it nothing is said", silent.stderr == "", silent.stderr)
    check_run("-l without a module", run("-e", "x = 1", "-l"), code=2, err="option '-l' needs an argument: MODULE")
    check_run("-e with code that looks like an option", run("-e", "--print(1)"), out="")
    check_run("a script without a name", run(""), code=2, err="name of the script is empty")
    check_run("-- ends the options", run("--", "-x.lua", "-y", cwd=script_folder(directory, "-x.lua", "print(...)")), out="-y\n")
    check_run("-l takes any name", run("-l", "no'such\nmodule"), code=1, err="module 'no'such\nmodule' not found")
    path = script(directory, "negative.lua", "print(arg[-3] == %r, arg[-2], arg[-1], arg[-4])" % ARUN)
    check_run("what stood before the script is in arg", run("-e", "x = 1", path), out="true\t-e\tx = 1\tnil\n")
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
    check_run("a missing script", run("nowhere.lua"), code=1, err="cannot open nowhere.lua: No such file or directory")
    check_run("a directory", run(directory), code=1, err=f"cannot read {directory}: Is a directory")
    check_run("a syntax error", run("-e", "x = = 1"), code=1, err="(command line):1: unexpected symbol near '='")
    path = script(directory, "syntax.lua", "local x\nx = = 1\n")
    check_run("a syntax error in a file, with its line", run(path), code=1, err=f"{path}:2: unexpected symbol near '='\n\t    x = = 1\n")
    binary = run("/bin/ls", errors="replace")
    check_run("a program is no script", binary, code=1, err="arun: /bin/ls:1: unexpected symbol")
    check("its bytes stay away from the terminal", binary.stderr.count("\n") == 1, binary.stderr)
    chain = run("-e", "local async = require 'arun.async'\n"
                "local t = async.create_task(function() error('deep') end)\n"
                "local u = async.create_task(function() async.await(t) end)\nasync.await(u)")
    check_run("the chain of tasks", chain, code=1, err="awaited by")
    unawaited = run("-e", "require('arun.async').create_task(function() error('nobody looks') end)")
    check_run("an error that nobody awaited", unawaited, code=1, err="nobody looks")
    for value, text in (("{message = 'a table'}", "a table"), ("{}", "table: 0x"), ("nil", "nil"), ("42", "42"),
                        ("setmetatable({}, {__tostring = function() return 'speaks' end})", "speaks"),
                        ("setmetatable({}, {__tostring = function() error('cannot speak') end})", "cannot speak"),
                        ("setmetatable({}, {__tostring = function() return {} end})", "'__tostring' must return a string"),
                        ("setmetatable({}, {__name = 'Thing'})", "Thing: 0x")):
        failed_run = run("-e", f"error({value}, 0)")
        check_run(f"an error that is {value}", failed_run, code=1)
        check(f"the report of an error that is {value}", failed_run.stderr.split("\n")[0].find(text) >= 0, failed_run.stderr)
    check_run("a module with an error in it, by -l", run("-l", "broken", cwd=script_folder(directory, "broken.lua", "x = = 1")),
              code=1, err="arun: error loading module 'broken' from file './broken.lua':\n\t./broken.lua:1: unexpected symbol")
    check_run("an error in a finalizer", run("-e", "setmetatable({}, {__gc = function() error('in gc') end})"),
              err="arun: warning: error in __gc")
    check_run("warnings", run("-e", "warn('a', 'b') warn('@off') warn('c') warn('@on') warn('d')"),
              err="arun: warning: ab\narun: warning: d\n")
    check_run("os.exit", run("-e", "os.exit(7)"), code=7)
    check_run("os.exit from a task that awaited", run("-e", "require('arun.async').sleep(0) print('kept') os.exit(3)"),
              code=3, out="kept\n")
    check_run("a deadlock", run("-e", "require('arun.async').event():wait()"), code=1, err="deadlock")


def script_folder(directory, name, text):
    """A directory with this script in it."""
    folder = tempfile.mkdtemp(dir=directory)
    script(folder, name, text)
    return folder


def sources(directory):
    """How a script may begin and end its lines, and where it may come from."""
    for name, text in (("bom", "\ufeffprint('ran', ...)"), ("bom and #!", "\ufeff#!/usr/bin/env arun\nprint('ran', ...)"),
                       ("#! alone", "#!/usr/bin/env arun\nprint('ran', ...)"), ("crlf", "#!arun\r\nprint(\r\n'ran', ...)\r\n")):
        check_run(f"a script with {name}", run(script(directory, "odd.lua", text), "x"), out="ran\tx\n")
    compiled = os.path.join(directory, "compiled")
    run("-e", f"local f = io.open('{compiled}', 'wb') f:write(string.dump(function(...) print('ran', ...) end)) f:close()")
    check_run("a compiled script", run(compiled, "x"), out="ran\tx\n")
    with open(compiled, "r+b") as file:
        file.truncate(20)
    check_run("a compiled script that is cut off", run(compiled), code=1, err="truncated")
    master, terminal = pty.openpty()
    os.write(master, b"print('typed')\n\x04")
    typed = subprocess.run([ARUN, "-"], stdin=terminal, capture_output=True, text=True, timeout=60, check=False)
    check_run("a script typed at a terminal", typed, out="typed\n")
    bare = subprocess.run([ARUN], stdin=terminal, capture_output=True, text=True, timeout=60, check=False)
    check_run("nothing to run, at a terminal", bare, code=2, out="", err="Usage: arun")


def exits_in_order():
    """os.exit(code, true): clean-up first."""
    for what, code in (("in the main task", "os.exit(9, true)"),
                       ("in another task", "async.create_task(function() os.exit(9, true) end) async.sleep(10)"),
                       ("in async.run", "async.run(function() os.exit(9, true) end)"),
                       ("in a group", "local g <close> = async.task_group() g:create_task(function() os.exit(9, true) end) "
                        "g:create_task(async.sleep, 10)"),
                       ("after the main task", "async.create_task(function() async.sleep(0.001) os.exit(9, true) end)"),
                       ("below a function that cannot be suspended", "table.sort({1, 2}, function() os.exit(9, true) end)"),
                       ("under pcall", "pcall(os.exit, 9, true)")):
        check_run(f"os.exit in order, {what}", run("-e", "async = require('arun.async')\n" + code, "-e", "print('goes on')"),
                  code=9, out="")
    done = run("-e", "local dir <close> = require('arun.fs').temp_dir()\n"
               "kept = setmetatable({}, {__gc = function() print('collected') end})\n"
               "local _ <close> = setmetatable({}, {__close = function() require('arun.async').sleep(0) print(dir) end})\n"
               "os.exit(false, true)")
    check_run("os.exit in order cleans up", done, code=1)
    lines = done.stdout.split("\n")
    check("os.exit in order cleans up: all", lines[1:] == ["collected", ""] and not os.path.exists(lines[0]), lines)


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
                 "while true do io.stdout:write('line\\n') end",
                 "io.stdout:setvbuf('full') while true do io.write('line\\n') io.flush() end",
                 "io.stdout:setvbuf('full') while true do io.write('line\\n') io.stdout:flush() end"):
        process = subprocess.Popen([ARUN, "-e", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first = process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()
        process.wait(timeout=30)
        check(f"a pipe that closes early ends it quietly: {code}",
              (first, error, process.returncode) == ("line\n", "", -signal.SIGPIPE), (first, error, process.returncode))
    long = run("-e", "for i = 1, 100000 do io.write(i, '\\n') end")
    check("a long output into a pipe is whole", long.stdout.count("\n") == 100000, len(long.stdout))
    children = run("-e", "os.execute('yes | head -n 1')")
    check("programs that a script starts still end by SIGPIPE", (children.stdout, children.stderr) == ("y\n", ""), children)
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


def limited(limit, size, code):
    """Runs code under a limit of the system for the process."""
    return run("-e", "local fs = require 'arun.fs'\n" + code, preexec_fn=lambda: resource.setrlimit(limit, (size, size)))


def limits(directory):
    path = os.path.join(directory, "large")
    result = limited(resource.RLIMIT_FSIZE, 4096, f"print(pcall(fs.write_file, '{path}', ('x'):rep(10000)))")
    check_run("a file larger than the limit is an error", result)
    check("its code is EFBIG, nothing is left", "(EFBIG)" in result.stdout and not os.path.exists(path), result.stdout)

    memory = 400 << 20
    with open(path, "wb") as file:
        file.truncate(4 * memory)
    for what, code in (("read_file", f"fs.read_file('{path}')"), ("read", f"fs.open('{path}'):read('a')"),
                       ("a pipe", "fs.open('/dev/stdin'):read('a')"),
                       ("write_file", f"fs.write_file('{path}.new', ('x'):rep(250000000))"),
                       ("append_file", f"fs.append_file('{path}.new', ('x'):rep(250000000))"),
                       ("write", f"fs.open('{path}.new', 'w'):write(('x'):rep(250000000))")):
        with open("/dev/zero", "rb") as zeros, subprocess.Popen(["cat"], stdin=zeros, stdout=subprocess.PIPE) as endless:
            result = subprocess.run(
                [ARUN, "-e", f"local fs = require 'arun.fs'\nlocal ok, err = pcall(function() {code} end) print(ok, err)"],
                stdin=endless.stdout, capture_output=True, text=True, timeout=60, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)))
            endless.kill()
        check_run(f"more data than memory is an error: {what}", result)
        check(f"it says so: {what}", result.stdout.startswith("false\t") and "not enough memory" in result.stdout, result.stdout)


def few_descriptors():
    good = ""
    for most in range(4, 40):
        result = run("-e", "print('hello')", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)))
        if result.returncode == 0:
            good = good or most
            continue
        check_run(f"{most} descriptors", result, code=1, out="",
                  err="" if "shared libraries" in result.stderr else "arun: cannot start: too many open files (EMFILE)\n")
    check("with enough of them it starts", good != "" and good < 20, good)
    use_up = "local open = {} while true do local file = io.open('/dev/null') if not file then break end open[#open + 1] = file end\n"
    for what, code in (("require of a shared module", "require 'arun.json'"),
                       ("connect", "require('arun.net').connect { host = '127.0.0.1', port = 9 }")):
        result = run("-e", f"require 'arun.net' {use_up}local ok, err = pcall(function() {code} end) print(err.kind, err.code)",
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)))
        check_run(f"without a descriptor left: {what}", result, out="io\tEMFILE\n")


def memory():
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
    run("-e", "local text = ('x'):rep(1000) for i = 1, 300 do local large = text:rep(1000 + i) end")
    faults = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt - before
    check("memory that was freed is used again, not taken from the system anew", faults < 20000, faults)


with tempfile.TemporaryDirectory() as folder:
    command_line(folder)
    sources(folder)
    exit_codes(folder)
    exits_in_order()
    interrupts(folder)
    pipes()
    limits(folder)
descriptors()
few_descriptors()
memory()
finish()
