#!/usr/bin/env python3
"""Runs the scripts of scripts/tutorial and compares each with its .expected file beside this driver.

An .expected file holds the output, line for line. A line that starts with "~" is a Lua pattern which the whole
line must match. Lines at the top that start with "#" are settings:

    # duration 2.0             seconds the program takes, from its start to its end: at least these, at most 0.3 more
    # duration 0.5-2.0         the same, between two times
    # duration max PATTERN     the same, the greatest number that the pattern's capture finds in the output
    # stderr PATTERN           a line that must appear on stderr; without one, stderr must be empty
    # exit N                   the exit code, 0 unless given
    # unordered A-B            the lines A to B of the output come in any order

Each script runs in an empty directory, which is also its TMPDIR, and must leave it empty.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCRIPTS = ROOT / "scripts" / "tutorial"

EARLY = 0.02  # delays are printed rounded, and clocks differ a little
LATE = 0.3
HUNG = 60.0

LUA_CLASSES = {
    "a": "A-Za-z", "d": "0-9", "l": "a-z", "s": r"\s", "u": "A-Z", "w": "A-Za-z0-9", "x": "0-9A-Fa-f",
    "D": r"\D", "S": r"\S", "W": r"\W_",
}


def lua_pattern(pattern):
    """The regular expression equal to a Lua pattern (without %b, %f and position captures)."""
    out, i = [], 0
    if pattern.startswith("^"):
        out.append("^")
        i = 1

    def escaped(at):
        if at >= len(pattern):
            raise ValueError(f"pattern ends with %: {pattern}")
        c = pattern[at]
        if c in LUA_CLASSES:
            return LUA_CLASSES[c]
        if c.isalpha():
            raise ValueError(f"%{c} is not supported here: {pattern}")
        return re.escape(c)

    while i < len(pattern):
        c = pattern[i]
        if c == "$" and i == len(pattern) - 1:
            out.append("$")
            break
        if c in "()":
            out.append(c)
            i += 1
            continue
        if c == "%" and pattern[i + 1:i + 2].isdigit():
            out.append(f"(?:\\{pattern[i + 1]})")
            i += 2
            continue
        if c == "[":
            close = pattern.find("]", i + (3 if pattern[i + 1:i + 2] == "^" else 2))
            while close > 0 and pattern[close - 1] == "%":
                close = pattern.find("]", close + 1)
            if close < 0:
                raise ValueError(f"missing ]: {pattern}")
            body, k = [], i + 1
            if pattern[k] == "^":
                body.append("^")
                k += 1
            while k < close:
                if pattern[k] == "%":
                    body.append(escaped(k + 1))
                    k += 2
                else:
                    body.append(pattern[k] if pattern[k] == "-" else re.escape(pattern[k]))
                    k += 1
            single, i = f"[{''.join(body)}]", close + 1
        elif c == "%":
            single, i = f"[{escaped(i + 1)}]", i + 2
        else:
            single, i = "." if c == "." else re.escape(c), i + 1
        if pattern[i:i + 1] in ("*", "+", "?", "-"):
            single += "*?" if pattern[i] == "-" else pattern[i]
            i += 1
        out.append(single)
    return re.compile("".join(out), re.ASCII)


def matches(expected, line):
    if expected.startswith("~"):
        return lua_pattern(expected[1:]).fullmatch(line) is not None
    return expected == line


@dataclasses.dataclass
class Expected:
    lines: list
    duration: str = None
    stderr: list = dataclasses.field(default_factory=list)
    exit: int = 0
    unordered: list = dataclasses.field(default_factory=list)

    @classmethod
    def read(cls, path):
        lines = path.read_text(encoding="utf-8").split("\n")
        if lines[-1] == "":
            lines.pop()
        expected = cls(lines)
        while lines and lines[0].startswith("#"):
            words = lines.pop(0)[1:].split(None, 1)
            key, value = (words + ["", ""])[:2]
            if key == "duration" and re.fullmatch(r"[\d.]+(-[\d.]+)?|max .+", value):
                expected.duration = value
            elif key == "stderr" and value:
                expected.stderr.append(value)
            elif key == "exit" and value.isdigit():
                expected.exit = int(value)
            elif key == "unordered" and re.fullmatch(r"\d+-\d+", value):
                first, last = map(int, value.split("-"))
                if not 1 <= first <= last <= 10000:
                    raise ValueError(f"{path.name}: bad range: # unordered {value}")
                expected.unordered.append((first, last))
            else:
                raise ValueError(f"{path.name}: bad setting: # {key} {value}")
        for line in lines:
            if line.startswith("~"):
                lua_pattern(line[1:])
        return expected

    def limits(self, output):
        """The shortest and the longest time the run may take."""
        if self.duration is None:
            return 0, HUNG
        if self.duration.startswith("max "):
            pattern = lua_pattern(self.duration[4:])
            found = [float(m.group(1)) for m in map(pattern.search, output) if m]
            low = high = max(found, default=0)
        else:
            low, _, high = self.duration.partition("-")
            low, high = float(low), float(high or low)
        return low - EARLY, high + LATE


@dataclasses.dataclass
class Run:
    stdout: list
    stderr: list
    exit: int
    seconds: float
    hung: bool
    left: list


def execute(arun, script):
    with tempfile.TemporaryDirectory(prefix="tutorial-") as place:
        environment = dict(os.environ, TMPDIR=place, LC_ALL="C")
        start = time.monotonic()
        process = subprocess.Popen(
            [arun, str(script)], cwd=place, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        hung = False
        try:
            out, err = process.communicate(timeout=HUNG)
        except subprocess.TimeoutExpired:
            hung = True
            process.kill()
            out, err = process.communicate()
        seconds = time.monotonic() - start
        left = sorted(os.listdir(place))

    def lines(data):
        text = data.decode("utf-8", "replace").split("\n")
        return text[:-1] if text[-1] == "" else text

    return Run(lines(out), lines(err), process.returncode, seconds, hung, left)


def pair_up(expected, lines):
    """For each expected line the index of a line it matches, each line used once; None where none is left."""
    owner = {}

    def place(index, seen):
        for at, line in enumerate(lines):
            if at not in seen and matches(expected[index], line):
                seen.add(at)
                if at not in owner or place(owner[at], seen):
                    owner[at] = index
                    return True
        return False

    for index in range(len(expected)):
        place(index, set())
    found = {index: at for at, index in owner.items()}
    return [found.get(index) for index in range(len(expected))]


def in_order_of(expected, lines, ranges):
    """The expected lines, those of unordered ranges moved to where the output has them."""
    expected = list(expected)
    for first, last in ranges:
        block, actual = expected[first - 1:last], lines[first - 1:last]
        slots = [None] * len(block)
        rest = []
        for line, at in zip(block, pair_up(block, actual)):
            if at is None:
                rest.append(line)
            else:
                slots[at] = line
        expected[first - 1:last] = [slot if slot is not None else rest.pop(0) for slot in slots]
    return expected


def difference(expected, lines):
    """Expected against printed, with the fewest changes: "-" was expected, "+" was printed."""
    rows, columns = len(expected), len(lines)
    common = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for k in reversed(range(columns)):
            common[i][k] = (common[i + 1][k + 1] + 1 if matches(expected[i], lines[k])
                            else max(common[i + 1][k], common[i][k + 1]))
    out, i, k = [], 0, 0
    while i < rows or k < columns:
        if i < rows and k < columns and matches(expected[i], lines[k]):
            out.append("  " + lines[k])
            i, k = i + 1, k + 1
        elif k == columns or (i < rows and common[i + 1][k] >= common[i][k + 1]):
            out.append("- " + expected[i])
            i += 1
        else:
            out.append("+ " + lines[k])
            k += 1
    return out


def check(expected, run):
    """What is wrong with a run, as lines to print, and whether its only fault is that it took too long."""
    faults = []
    if run.hung:
        faults.append(f"still running after {HUNG:.0f} s, killed")
    elif run.exit != expected.exit:
        faults.append(f"exit code {run.exit}, expected {expected.exit}")

    wanted = in_order_of(expected.lines, run.stdout, expected.unordered)
    if len(wanted) != len(run.stdout) or not all(map(matches, wanted, run.stdout)):
        faults.append("stdout (- expected, + printed):")
        faults += ["  " + line for line in difference(wanted, run.stdout)]

    missing = [p for p in expected.stderr if not any(matches("~" + p, line) for line in run.stderr)]
    faults += [f"stderr has no line like: {pattern}" for pattern in missing]
    if missing or (run.stderr and not expected.stderr) or run.exit != expected.exit:
        faults.append("stderr:" if run.stderr else "stderr: nothing")
        faults += ["  " + line for line in run.stderr]

    if run.left:
        faults.append("left behind: " + ", ".join(run.left))

    shortest, longest = expected.limits(run.stdout)
    if run.seconds < shortest:
        faults.append(f"took {run.seconds:.3f} s, must take at least {shortest:.2f} s")
    late = run.seconds > longest and not run.hung
    only_late = late and not faults
    if late:
        faults.append(f"took {run.seconds:.3f} s, may take at most {longest:.2f} s")
    return faults, only_late


def main():
    parser = argparse.ArgumentParser(description="Runs the tutorial scripts and compares their output.")
    parser.add_argument("--arun", default=str(ROOT / "build" / "release" / "arun"), help="the program to test")
    parser.add_argument("--jobs", type=int, default=8, help="how many scripts run side by side")
    parser.add_argument("names", nargs="*", help="scripts to run, all when none is named")
    options = parser.parse_args()
    arun = os.path.abspath(options.arun)
    if not os.access(arun, os.X_OK):
        parser.error(f"no program at {arun}")

    scripts = {path.stem for path in SCRIPTS.glob("*.lua")}
    answers = {path.stem for path in HERE.glob("*.expected")}
    names = sorted(set(options.names) or scripts | answers)

    passed = failed = 0
    too_late = []

    def report(name, faults, seconds=None):
        nonlocal passed, failed
        passed, failed = passed + (not faults), failed + bool(faults)
        timing = "" if seconds is None else f"  {seconds:.2f} s"
        print(f"{'FAIL' if faults else 'ok  '}  {name}{timing}")
        for line in faults:
            print("      " + line)
        sys.stdout.flush()

    expected = {}
    for name in names:
        try:
            if name not in scripts:
                raise ValueError(f"no scripts/tutorial/{name}.lua")
            if name not in answers:
                raise ValueError(f"no tests/tutorial/{name}.expected")
            expected[name] = Expected.read(HERE / f"{name}.expected")
        except ValueError as error:
            report(name, [str(error)])

    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        runs = {pool.submit(execute, arun, SCRIPTS / f"{name}.lua"): name for name in expected}
        try:
            for future in concurrent.futures.as_completed(runs):
                name, run = runs[future], future.result()
                faults, only_late = check(expected[name], run)
                if only_late:
                    too_late.append(name)
                else:
                    report(name, faults, run.seconds)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise

    for name in sorted(too_late):  # once more, with the machine to itself
        run = execute(arun, SCRIPTS / f"{name}.lua")
        report(name, check(expected[name], run)[0], run.seconds)

    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
