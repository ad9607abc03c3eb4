#!/usr/bin/env python3
"""Tests `arun test` from outside: runner_test.py ARUN [--update]

Suites made to pass, fail, hang, leak, crash and deadlock (suites/) are run, and what comes of it is compared with
expected/NAME.txt: the exit code, standard output, standard error; durations and addresses are masked. --update writes
these files anew, to be read before they are committed.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
SUITES, EXPECTED = HERE / "suites", HERE / "expected"
ARUN = os.path.abspath(sys.argv[1])
UPDATE = "--update" in sys.argv
HUNG = 120
passed = failed = 0

# Name of the expectation: the arguments.
RUNS = {
    "passing": ["passing_test.lua"],
    "passing_verbose": ["--verbose", "passing_test.lua"],
    "passing_real_time": ["--real-time", "-k", "takes", "passing_test.lua"],
    "failing": ["failing_test.lua"],
    "failing_tap": ["--reporter", "tap", "failing_test.lua"],
    "failing_junit": ["--reporter", "junit", "failing_test.lua"],
    "passing_tap": ["--reporter", "tap", "passing_test.lua"],
    "passing_junit": ["--reporter", "junit", "passing_test.lua"],
    "hanging": ["hanging_test.lua"],
    "deadlocked": ["deadlocked_test.lua"],
    "leaking": ["leaking_test.lua"],
    "fail_fast": ["--fail-fast", "failing_test.lua", "passing_test.lua"],
    "fail_fast_jobs": ["--fail-fast", "--jobs", "1", "failing_test.lua", "passing_test.lua"],
    "repeated": ["--repeat", "3", "selection_test.lua"],
    "match": ["-v", "-k", "slow", "selection_test.lua"],
    "match_pattern": ["-v", "-k", "slow %a+o$", "selection_test.lua"],
    "match_none": ["-k", "nothing like it", "selection_test.lua"],
    "tag": ["-v", "--tag", "net", "selection_test.lua"],
    "tag_not": ["-v", "--tag", "net", "--tag", "!slow", "selection_test.lua"],
    "only": ["-v", "only_test.lua"],
    "syntax": ["syntax_test.lua", "selection_test.lua"],
    "load_error": ["load_error_test.lua"],
    "usage_in_file": ["usage_test.lua"],
    "empty": ["empty_test.lua"],
    "printing": ["-v", "printing_test.lua"],
    "printing_tap": ["--reporter", "tap", "printing_test.lua"],
    "printing_jobs": ["-j", "2", "printing_test.lua"],
    "printing_jobs_junit": ["-j", "2", "--reporter", "junit", "printing_test.lua"],
    "crashing": ["-j", "1", "crashing_test.lua", "exiting_test.lua", "selection_test.lua"],
    "failing_jobs": ["-j", "2", "failing_test.lua"],
    "races_unseen": ["-v", "races_test.lua"],
    "sweep": ["-v", "--cancel-sweep", "sweep_test.lua"],
    "sweep_passing": ["--cancel-sweep", "-k", "async", "passing_test.lua"],
    "missing": ["nowhere_test.lua"],
    "unknown_option": ["--nonsense"],
    "bad_jobs": ["--jobs", "0"],
    "bad_timeout": ["--timeout", "soon"],
    "bad_reporter": ["--reporter", "xml"],
    "bad_pattern": ["-k", "[", "selection_test.lua"],
    "sweep_and_schedules": ["--cancel-sweep", "--schedules", "5", "selection_test.lua"],
    "sweep_seed": ["--cancel-sweep", "--seed", "7", "-k", "guard", "sweep_test.lua"],
    "no_value": ["--timeout"],
    "coverage": ["--coverage", "--preload", "preloaded", "covering_test.lua"],
    "coverage_jobs": ["--coverage", "-j", "2", "--preload", "preloaded", "covering_test.lua", "covering_test.lua"],
    "coverage_tap": ["--coverage", "--reporter", "tap", "--preload", "preloaded", "covering_test.lua"],
    "lcov_alone": ["--lcov", "x.info", "covering_test.lua"],
    "bad_lcov": ["--coverage", "--lcov", "/nowhere/x.info", "--preload", "preloaded", "covering_test.lua"],
    "no_preload": ["--preload", "no_such_module", "covering_test.lua"],
    "bad_output": ["--output", "/nowhere/report", "selection_test.lua"],
}


def check(what, good, found=""):
    global passed, failed
    if good:
        passed += 1
        print(f"ok    {what}")
    else:
        failed += 1
        print(f"FAIL  {what}\n{found}")


def run(*arguments, cwd=SUITES, env=None, **options):
    environment = dict(os.environ, LC_ALL="C", **(env or {}))
    return subprocess.run([ARUN, "test", *arguments], cwd=cwd, env=environment, capture_output=True, text=True,
                          timeout=HUNG, stdin=subprocess.DEVNULL, check=False, **options)


def masked(text):
    text = re.sub(r"\b\d+(\.\d+)? m?s\b(?! expected)", "N ms", text)
    text = re.sub(r"(duration_ms: |time=\")[\d.]+", r"\1N", text)
    text = re.sub(r"skipping \d+ levels", "skipping N levels", text.replace(str(SUITES), "SUITES"))
    return re.sub(r"0x[0-9a-f]+", "0x0", text)


def transcript(done):
    parts = [f"exit code {done.returncode}\n", masked(done.stdout)]
    if done.stderr:
        parts += ["--- standard error\n", masked(done.stderr)]
    return "".join(parts)


def compare_all():
    for name, arguments in RUNS.items():
        text = transcript(run(*arguments))
        file = EXPECTED / f"{name}.txt"
        if UPDATE:
            file.write_text(text, encoding="utf-8")
        expected = file.read_text(encoding="utf-8") if file.exists() else "(there is no such file)"
        check(f"{name}: arun test {' '.join(arguments)}", text == expected,
              f"--- expected\n{expected}--- found\n{text}")
    stray = {file.stem for file in EXPECTED.glob("*.txt")} - set(RUNS)
    check("every expectation has its run", not stray, stray)


def tracefile():
    """What lcov is told of a file: how often each line ran, and how many did."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "x.info")
        run("--coverage", "--lcov", str(path), "--preload", "preloaded", "covering_test.lua")
        records = path.read_text(encoding="utf-8").split("end_of_record\n")
        lines = next(record for record in records if "covered.lua" in record).splitlines()
        counts = dict(re.findall(r"^DA:(\d+),(\d+)$", "\n".join(lines), re.MULTILINE))
        check("lcov: lines are counted", (counts["9"], counts["11"], counts["4"]) == ("2", "5", "0"), lines)
        check("lcov: sums", {f"LF:{len(counts)}", f"LH:{sum(c != '0' for c in counts.values())}"} <= set(lines), lines)
        check("lcov: the file is named in full", f"SF:{SUITES}/covered.lua" in lines, lines)


def find_files():
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        (folder / "deep/.hidden").mkdir(parents=True)
        for path in ("b_test.lua", "a_test.lua", "deep/c_test.lua", "deep/.hidden/d_test.lua", "e.lua"):
            shutil.copy(SUITES / "selection_test.lua", folder / path)
        done = run("--reporter", "tap", cwd=folder)
        files = list(dict.fromkeys(re.findall(r"- (\S+): ", done.stdout)))
        check("files are found, by name", files == ["a_test.lua", "b_test.lua", "deep/c_test.lua"], done.stdout)
        done = run("deep", "a_test.lua", "./a_test.lua", "e.lua", "--reporter", "tap", cwd=folder)
        files = list(dict.fromkeys(re.findall(r"- (\S+): ", done.stdout)))
        check("paths are taken in their order, each once", files == ["deep/c_test.lua", "a_test.lua", "e.lua"],
              done.stdout)
        check("each once: its tests", done.stdout.count("a_test.lua: plain") == 1, done.stdout)
        empty = folder / "empty"
        empty.mkdir()
        done = run("empty", cwd=folder)
        check("no files: says so, exit code 1", done.returncode == 1 and "no files *_test.lua" in done.stdout, done)
        (folder / "helper.lua").write_text("return 'beside it'", encoding="utf-8")
        (folder / "deep/helper.lua").write_text("return 'deep'", encoding="utf-8")
        for path, word in (("h_test.lua", "beside it"), ("deep/h_test.lua", "deep")):
            (folder / path).write_text(f"require 'arun.test' ('h', function(t) t.eq(require 'helper', '{word}') end)",
                                       encoding="utf-8")
        done = run("h_test.lua", "deep/h_test.lua", cwd=folder)
        check("modules beside the file, each file's own", done.returncode == 0, done.stdout)
        (folder / "test").write_text("print('a script named test')", encoding="utf-8")
        plain = subprocess.run([ARUN, "./test"], cwd=folder, capture_output=True, text=True, check=False)
        check("./test is a script", plain.stdout == "a script named test\n", plain)
        plain = subprocess.run([ARUN, "a_test.lua"], cwd=folder, capture_output=True, text=True, check=False)
        check("a test file is not a script, and says so", plain.returncode == 1 and "'arun test'" in plain.stderr, plain)


def reports():
    with tempfile.TemporaryDirectory() as directory:
        report = pathlib.Path(directory, "report.xml")
        done = run("--reporter", "junit", "--output", str(report), "failing_test.lua", "passing_test.lua")
        root = xml.etree.ElementTree.parse(report).getroot()
        check("junit is XML, all files in it", [suite.get("name") for suite in root] ==
              ["failing_test.lua", "passing_test.lua"], done)
        check("junit counts", root.get("failures") == str(len(root.findall(".//failure"))), root.attrib)
        odd = pathlib.Path(directory, "odd_test.lua")
        odd.write_text("require 'arun.test' ('<a & \"b\">', function(t) t.eq('\\1\\200<', '&') end)", encoding="utf-8")
        done = run("--reporter", "junit", str(odd))
        root = xml.etree.ElementTree.fromstring(done.stdout.encode("utf-8"))
        check("junit: names and texts are escaped", root.find(".//testcase").get("name") == '<a & "b">', done.stdout)
    colours = subprocess.run(["script", "-qec", f"{ARUN} test selection_test.lua", "/dev/null"], cwd=SUITES,
                             env=dict(os.environ, TERM="xterm", NO_COLOR=""), capture_output=True, text=True, check=False)
    check("colours on a terminal", "\x1b[32m" in colours.stdout, repr(colours.stdout))
    plain = subprocess.run(["script", "-qec", f"{ARUN} test selection_test.lua", "/dev/null"], cwd=SUITES,
                           env=dict(os.environ, TERM="xterm", NO_COLOR="1"), capture_output=True, text=True, check=False)
    check("none with NO_COLOR", "\x1b[3" not in plain.stdout and "passed" in plain.stdout, repr(plain.stdout))


def schedules():
    """What is faulty is found within 200 orders and replayed by its seed; what is correct never fails."""
    done = run("--schedules", "200", "--verbose", "races_test.lua")
    words = dict((name, word) for word, name in re.findall(r"^  (ok|FAIL) +(.*?) \([\d.]+ m?s\)$", done.stdout, re.M))
    for name, word in words.items():
        check(f"200 schedules: {name}", word == ("FAIL" if "faulty" in name else "ok"), done.stdout)
    check("all of them ran", len(words) == 11, words)
    for name, seed in re.findall(r"^  FAIL +(.*?) \(.*\n +schedule \d+ of 200, replay it with --seed (\d+)", done.stdout, re.M):
        replays = [run("--seed", seed, "-k", name, "races_test.lua") for _ in range(3)]
        check(f"--seed {seed} replays: {name}", all(r.returncode == 1 and f"--seed {seed}" in r.stdout for r in replays) and
              len({masked(r.stdout) for r in replays}) == 1, "\n".join(r.stdout for r in replays))
    done = run("--schedules", "1000", "-k", "correct", "races_test.lua")
    check("1000 schedules flag nothing that is correct", done.returncode == 0, done.stdout)


def interrupted(*options):
    process = subprocess.Popen([ARUN, "test", *options, "interrupted_test.lua"], cwd=SUITES, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    if options:
        time.sleep(0.5)  # its output comes at its end
    else:
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=HUNG)
    check(f"Ctrl-C: exit code 130 {options}", process.returncode == 130, (process.returncode, out, err))
    check(f"Ctrl-C: the clean-up ran, and nothing after it {options}", "cleaned up" in out and "ran\n" not in out, out)
    check(f"Ctrl-C: the report is made {options}", "interrupted" in out and "0 passed, 1 failed" in out, out)


def interrupted_while_computing():
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "busy_test.lua").write_text(
            "local test = require 'arun.test'\n"
            "test('busy', function(t) t.after(function() print('cleaned up') end) print('ready') while true do end end)\n"
            "test('next', function() print('ran') end)\n", encoding="utf-8")
        process = subprocess.Popen([ARUN, "test", "busy_test.lua"], cwd=directory, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=HUNG)
    check("Ctrl-C stops a test that computes", process.returncode == 130 and "cleaned up" in out and "ran" not in out,
          (process.returncode, out))


def broken_pipe():
    process = subprocess.Popen([ARUN, "test", "-v", "failing_test.lua"], cwd=SUITES, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    error = process.stderr.read()
    process.wait(timeout=HUNG)
    check("a report that nobody reads ends it quietly", (error, process.returncode) == ("", -signal.SIGPIPE),
          (error, process.returncode))
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([ARUN, "test", "selection_test.lua"], cwd=SUITES, stdout=full, stderr=subprocess.PIPE,
                              text=True, check=False)
    check("a report that cannot be written is a failure", done.returncode == 1 and "standard output" in done.stderr, done)


def children():
    """What the processes of --jobs write is whole, whoever else holds their output."""
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "much_test.lua").write_text(
            "local test = require 'arun.test'\n"
            "test('much', function() for i = 1, 20000 do print(('x'):rep(50), i) end end)\n"
            "test('a daemon', function() os.execute('sleep 20 & echo $! >pid') end)\n", encoding="utf-8")
        began = time.monotonic()
        done = run("-j", "2", cwd=directory)
        with open(os.path.join(directory, "pid"), encoding="utf-8") as file:
            os.kill(int(file.read()), signal.SIGTERM)
    check("--jobs: a large output is whole", done.stdout.count("x\t") == 20000, done.stdout[-2000:])
    check("--jobs: who inherited the output is not waited for", done.returncode == 0 and time.monotonic() - began < 15,
          done.stdout[-2000:])


def tutorial():
    """The tutorial's test with a wrong expectation fails and shows both values."""
    text = (HERE.parent.parent / "scripts/tutorial/test_async.lua").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "test_async.lua").write_text(text.replace("expected = 42", "expected = 43"), encoding="utf-8")
        done = run("test_async.lua", cwd=directory)
    check("a wrong expectation shows both values and the line", done.returncode == 1 and
          "test_async.lua:13: expected 43, got 42" in done.stdout and "t.eq(result, expected)" in done.stdout, done.stdout)


compare_all()
tracefile()
find_files()
reports()
schedules()
interrupted()
interrupted("-j", "2")
interrupted_while_computing()
broken_pipe()
children()
tutorial()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
