#!/usr/bin/python3
"""Measure arun beside its peers, in the same run.

Every contestant of a workload runs once a round, one after the other, alone on one core; what
counts is the median over the rounds. A run of all workloads at full size writes RESULTS.md
and the tables of the README.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import contestants
import report
from inputs import Inputs
from workloads import WORKLOADS, select

CORES = sorted(os.sched_getaffinity(0))
RUN_SECONDS = 900  # a run that takes longer has failed


def parse_arguments():
    parser = argparse.ArgumentParser(description="Measure arun beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(w.name for w in WORKLOADS))
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program (5)")
    parser.add_argument("--quick", action="store_true", help="one round of small sizes, to see that all works")
    parser.add_argument("--arun", default=str(contestants.ROOT / "build/release/arun"), help="the program to measure")
    return parser.parse_args()


def find_contestants(arun_path, keys):
    """Those that can run, by key, and their versions; says what the others lack."""
    candidates = [contestants.arun(arun_path), *(c for c in contestants.ALL_PEERS if c.key in keys)]
    found, versions = {}, {}
    for contestant in candidates:
        version = contestant.version()
        if version is None:
            print(f"left out: {contestant.title}: `{contestant.remedy}` would bring it", file=sys.stderr)
        else:
            found[contestant.key] = contestant
            versions[contestant.key] = version
    return found, versions


def lacks(contestant, workload):
    """Whether arun is without a module that the workload needs."""
    if contestant.key != "arun" or not workload.needs:
        return False
    program = contestant.interpreter
    return subprocess.run([program, "-e", f"require '{workload.needs}'"], capture_output=True).returncode != 0


def run_program(command, environment):
    """What the program printed, or the reason why it failed."""
    pinned = ["taskset", "-c", str(CORES[-1]), *command]
    try:
        done = subprocess.run(pinned, capture_output=True, text=True, env=contestants.environment(**environment),
                              timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"took more than {RUN_SECONDS} s"
    if done.returncode != 0:
        return None, done.stderr.strip() or f"exit code {done.returncode}"
    return json.loads(done.stdout), None


def measure(workload, entrants, rounds, inputs):
    """The samples of each contestant, by key, and the titles of those that failed."""
    launcher = [contestants.compile_program(contestants.PEERS / "launch.c")] if workload.start_up else []
    arguments = [str(argument) for argument in workload.arguments(inputs)]
    commands = {entrant.key: [*launcher, *entrant.prepare(workload.program), *arguments, *entrant.flags]
                for entrant in entrants}
    environment = workload.environment(inputs)
    samples = {entrant.key: [] for entrant in entrants}
    failed = []
    for number in range(1, rounds * workload.runs + 1):
        for entrant in entrants:
            if entrant.title in failed:
                continue
            report.progress(f"{workload.name}, round {number}: {entrant.title}")
            sample, problem = run_program(commands[entrant.key], environment)
            if problem:
                report.progress("")
                print(f"{workload.name}: {entrant.title} failed:\n{problem}", file=sys.stderr)
                failed.append(entrant.title)
                del samples[entrant.key]
            else:
                samples[entrant.key].append(sample)
    report.progress("")
    return samples, failed


def main():
    options = parse_arguments()
    chosen = select(options.names)
    keys = {peer for workload in chosen for peer in workload.peers}
    found, versions = find_contestants(options.arun, keys)
    rounds = 1 if options.quick else options.rounds
    if len(CORES) > 1:
        os.sched_setaffinity(0, CORES[:-1])

    if options.quick:
        print("quick: sizes are smaller than the titles say\n")
    results, failures, complete = [], [], "arun" in found
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="arun-bench-") as folder, Inputs(folder, options.quick) as inputs:
        for workload in chosen:
            entrants = [found[key] for key in ["arun", *workload.peers] if key in found]
            if lacks(entrants[0], workload):
                print(f"left out: {entrants.pop(0).title}: it has no {workload.needs}", file=sys.stderr)
                complete = False
            samples, failed = measure(workload, entrants, rounds, inputs)
            failures += failed
            result = report.Result(workload, entrants, samples)
            results.append(result)
            print(report.terminal(result), flush=True)

    if chosen == WORKLOADS and complete and not options.quick and not failures:
        path = contestants.HERE / "RESULTS.md"
        path.write_text(report.markdown(results, versions, rounds, load_before))
        readme = contestants.HERE.parents[1] / "README.md"
        readme.write_text(report.with_tables(readme.read_text(), path.read_text()))
        print(f"written: {os.path.relpath(path)} and the tables of {os.path.relpath(readme)}")
    else:
        print("RESULTS.md stays as it was: only a full run of all workloads, none failing, writes it")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
