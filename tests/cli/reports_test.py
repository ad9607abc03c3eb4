#!/usr/bin/env python3
"""What reports look like: at a terminal, as JSON, with --debug. reports_test.py PROGRAM"""
import json
import os
import pty
import subprocess
import sys
import tempfile

from checks import check, finish

ARUN = os.path.abspath(sys.argv[1])
HUNG = 60


def at_terminal(source, *options, **variables):
    """What the script's errors are when they go to a terminal."""
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment.update({"TERM": "xterm", **variables})
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "main.lua"), "w", encoding="utf-8") as file:
            file.write(source)
        master, terminal = pty.openpty()
        process = subprocess.Popen([ARUN, *options, "main.lua"], cwd=directory, stdout=subprocess.DEVNULL,
                                   stderr=terminal, env=environment)
        os.close(terminal)
        output = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            output += part
        os.close(master)
        process.wait(HUNG)
        return output.decode().replace("\r\n", "\n")


def as_json(source, *options):
    """The objects that the script's errors are."""
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "main.lua"), "wb") as file:
            file.write(source if isinstance(source, bytes) else source.encode())
        done = subprocess.run([ARUN, "--json-errors", *options, "main.lua"], cwd=directory, capture_output=True,
                              timeout=HUNG, check=False)
        return done.returncode, [json.loads(line) for line in done.stderr.decode().splitlines()]


FAILS = "local function f()\n  error('boom')\nend\nf()"
COLOURED = """\
\033[1;31marun: main.lua:2: boom\033[0m
stack traceback:
	[C]: in function 'error'
	main.lua:2: in upvalue 'f'
	    \033[2merror('boom')\033[0m
	main.lua:4: in main chunk
	    \033[2mf()\033[0m
in task 'main'
"""


def without_colours(text):
    for sequence in ("\033[1;31m", "\033[1m", "\033[2m", "\033[0m"):
        text = text.replace(sequence, "")
    return text


def colours():
    output = at_terminal(FAILS).replace("local 'f'", "upvalue 'f'")
    check("an error at a terminal", output == COLOURED, repr(output))
    plain = without_colours(COLOURED)
    for what, variables in (("NO_COLOR", {"NO_COLOR": "1"}), ("a dumb terminal", {"TERM": "dumb"})):
        output = at_terminal(FAILS, **variables).replace("local 'f'", "upvalue 'f'")
        check(f"no colours: {what}", output == plain, repr(output))
    check("an empty NO_COLOR is none", "\033[" in at_terminal(FAILS, NO_COLOR=""))
    output = at_terminal("require('arun.async').event():wait()")
    check("a deadlock at a terminal", output.startswith("\033[1;31marun: deadlock: 1 task(s) wait and nothing can wake "
                                                        "them\033[0m\ntask 'main' waits for an event\n"), repr(output))
    check("a warning at a terminal", at_terminal("warn('careful')") == "\033[1marun: warning: careful\033[0m\n")
    check("JSON at a terminal has no colours", "\033" not in at_terminal(FAILS, "--json-errors"))


def errors():
    code, reports = as_json("local async = require 'arun.async'\n"
                            "local fetch = async(function() require('arun.fs').open('/no/such') end)\n"
                            "local task = async.create_task(fetch())\n"
                            "async.await(task)")
    check("one error, one object", code == 1 and len(reports) == 1, reports)
    report = reports[0]
    tasks = report.pop("tasks")
    check("kind, code, message", report == {"kind": "error", "message": "open /no/such: no such file or directory (ENOENT)",
                                            "error_kind": "io", "code": "ENOENT"}, report)
    check("the chain of tasks", [(task["name"], task.get("created_at")) for task in tasks] ==
          [("fetch", "main.lua:3"), ("main", None)], tasks)
    check("its frames", {"file": "main.lua", "line": 4, "function": "main chunk", "source": "async.await(task)"}
          in tasks[1]["traceback"], tasks)
    check("a frame in C", tasks[0]["traceback"][0]["file"] == "[C]" and "line" not in tasks[0]["traceback"][0], tasks)
    code, reports = as_json("x = = 1")
    check("a syntax error", (code, reports) == (1, [{"kind": "error", "source": "x = = 1",
                                                    "message": "main.lua:1: unexpected symbol near '='"}]), reports)
    code, reports = as_json(b"error('\"\\\\\\n\\t\\1\\127\\xff\\xc3\\xa4', 0)")
    check("any bytes", reports[0]["message"] == '"\\\n\t\x01\x7f\ufffdä', reports)


def other_kinds():
    code, reports = as_json("local async = require 'arun.async'\n"
                            "local lost = async(function() end)\nlost()\n"
                            "warn('careful')\n"
                            "kept = require('arun.fs').open('/dev/null')\n"
                            "local one, other = async.lock(), async.lock()\n"
                            "local function take(a, b) local _ <close> = a:acquire() async.sleep(0) b:acquire() end\n"
                            "async.create_task(take, one, other):set_name('a')\n"
                            "async.create_task(take, other, one):set_name('b')", "--debug")
    check("kinds", code == 1 and sorted(report["kind"] for report in reports) ==
          ["deadlock", "open_handles", "unawaited", "warning"], (code, reports))
    kinds = {report["kind"]: report for report in reports}
    check("a warning", kinds["warning"] == {"kind": "warning", "message": "careful"}, kinds["warning"])
    check("unawaited", kinds["unawaited"] == {"kind": "unawaited", "message":
                                              "coroutine 'lost' was never awaited (made at main.lua:3)"}, kinds["unawaited"])
    check("open handles", kinds["open_handles"] == {
        "kind": "open_handles", "message": "1 handle(s) left open at the end",
        "handles": [{"what": "file /dev/null", "opened_at": "main.lua:5", "task": "main"}]}, kinds["open_handles"])
    deadlock = kinds["deadlock"]
    check("a deadlock", deadlock["notes"] == ["in a circle: task 'a' waits for a lock that task 'b' holds, which waits for "
                                              "a lock that task 'a' holds"], deadlock)
    check("its tasks", [(task["name"], task["state"], task["waits_for"]) for task in deadlock["tasks"]] ==
          [("a", "waiting", "a lock held by task 'b', taken at main.lua:7"),
           ("b", "waiting", "a lock held by task 'a', taken at main.lua:7")], deadlock)
    code, reports = as_json("local function spin() local s = os.clock() while os.clock() - s < 0.5 do end end\nspin()", "--debug")
    check("a task that holds the loop", code == 0 and reports and reports[0]["kind"] == "slow"
          and reports[0]["tasks"][0]["traceback"][0]["line"] == 1, reports)
    code, reports = as_json("require('arun.async').current_task():cancel() require('arun.async').sleep(0)")
    check("cancelled", (code, reports) == (1, [{"kind": "cancelled", "message": "the main task was cancelled"}]), reports)


colours()
errors()
other_kinds()
finish()
