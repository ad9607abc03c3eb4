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
    # needs MODULE             the script is skipped while this module does not load
    # servers NAME...          servers to start first, see tests/servers; nginx serves the folder site/
    # command WORDS            these stand between the program and the script
    # run ARGUMENTS            runs the script with these arguments; once for each such line, all with this output.
                               $NAME is the address of a server

Each script runs in an empty directory, which is also its TMPDIR, and must leave it empty. It trusts the authority that
certified the servers.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import shlex
import shutil
import string
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCRIPTS = ROOT / "scripts" / "tutorial"
sys.path.append(str(ROOT / "tests" / "servers"))

from expected import HUNG, Expected, difference, in_order_of, matches  # noqa: E402
from surroundings import Surroundings  # noqa: E402


@dataclasses.dataclass
class Case:
    """One run of a script."""

    name: str
    expected: Expected
    arguments: str

    def __str__(self):
        return f"{self.name} {self.arguments}".rstrip()

    def command(self, arun, variables):
        arguments = string.Template(self.arguments).substitute(variables)
        return [arun, *shlex.split(self.expected.command), str(SCRIPTS / f"{self.name}.lua"), *shlex.split(arguments)]


@dataclasses.dataclass
class Run:
    stdout: list
    stderr: list
    exit: int
    seconds: float
    hung: bool
    left: list


def execute(command, variables):
    with tempfile.TemporaryDirectory(prefix="tutorial-") as place:
        environment = dict(os.environ, **variables, TMPDIR=place, LC_ALL="C")
        start = time.monotonic()
        process = subprocess.Popen(
            command, cwd=place, env=environment,
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


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def line(self, word, what, lines=()):
        print(f"{word:<4}  {what}")
        for line in lines:
            print("      " + line)
        sys.stdout.flush()

    def result(self, what, faults, seconds=None):
        self.passed, self.failed = self.passed + (not faults), self.failed + bool(faults)
        timing = "" if seconds is None else f"  {seconds:.2f} s"
        self.line("FAIL" if faults else "ok", f"{what}{timing}", faults)


def read_cases(names, report):
    """The runs of these scripts, of all when none is named."""
    scripts = {path.stem for path in SCRIPTS.glob("*.lua")}
    answers = {path.stem for path in HERE.glob("*.expected")}
    cases = []
    for name in sorted(set(names) or scripts | answers):
        try:
            if name not in scripts:
                raise ValueError(f"no scripts/tutorial/{name}.lua")
            if name not in answers:
                raise ValueError(f"no tests/tutorial/{name}.expected")
            expected = Expected.read(HERE / f"{name}.expected")
            cases += [Case(name, expected, arguments) for arguments in expected.runs or [""]]
        except ValueError as error:
            report.result(name, [str(error)])
    return cases


def without_missing_modules(cases, arun, report):
    """The cases whose modules load; names the others."""
    errors = {}
    for module in {module for case in cases for module in case.expected.modules}:
        done = subprocess.run([arun, "-e", f"require '{module}'"], capture_output=True, text=True, timeout=HUNG)
        if done.returncode != 0:
            errors[module] = (done.stderr.splitlines() or [f"exit code {done.returncode}"])[0]
    kept = []
    for case in cases:
        missing = [errors[module] for module in case.expected.modules if module in errors]
        if missing:
            report.line("skip", case, missing)
        else:
            kept.append(case)
    return kept


def run_cases(cases, arun, variables, jobs, report):
    too_late = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = {pool.submit(execute, case.command(arun, variables), variables): case for case in cases}
        try:
            for future in concurrent.futures.as_completed(runs):
                case, run = runs[future], future.result()
                faults, only_late = check(case.expected, run)
                if only_late:
                    too_late.append(case)
                else:
                    report.result(case, faults, run.seconds)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise

    for case in sorted(too_late, key=str):  # once more, with the machine to itself
        run = execute(case.command(arun, variables), variables)
        report.result(case, check(case.expected, run)[0], run.seconds)


def main():
    parser = argparse.ArgumentParser(description="Runs the tutorial scripts and compares their output.")
    parser.add_argument("--arun", default=str(ROOT / "build" / "release" / "arun"), help="the program to test")
    parser.add_argument("--jobs", type=int, default=8, help="how many scripts run side by side")
    parser.add_argument("names", nargs="*", help="scripts to run, all when none is named")
    options = parser.parse_args()
    arun = os.path.abspath(options.arun)
    if not os.access(arun, os.X_OK):
        parser.error(f"no program at {arun}")

    report = Report()
    cases = without_missing_modules(read_cases(options.names, report), arun, report)
    servers = dict.fromkeys(name for case in cases for name in case.expected.servers)
    with Surroundings(servers) as surroundings:
        variables = surroundings.variables
        if servers:
            shutil.copytree(HERE / "site", surroundings.site, dirs_exist_ok=True)
            # Where OpenSSL looks for those it is to trust.
            variables = {**variables, "SSL_CERT_FILE": variables["CA_FILE"]}
        run_cases(cases, arun, variables, max(1, options.jobs), report)
    for fault in surroundings.faults:
        report.result("servers", [fault])

    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
