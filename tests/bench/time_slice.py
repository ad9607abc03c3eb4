#!/usr/bin/python3
"""What time slices cost, and how late others run: time_slice.py [PROGRAM [SLICE_MS...]].

The primes of the tutorial beside a ticker of 10 ms, on one core, the median of five runs.
"""

import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 5
LIMIT = 1_000_000
CORE = str(sorted(os.sched_getaffinity(0))[-1])


def run(program, slice_ms):
    command = ["taskset", "-c", CORE, program, str(HERE / "arun/time_slice.lua"), str(slice_ms / 1000), str(LIMIT)]
    seconds, late, primes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(late), int(primes)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/release/arun"
    slices = [0.0] + ([float(ms) for ms in sys.argv[2:]] or [10.0, 1.0])
    # One round after the other, so that a machine that changes its pace does so for all.
    rounds = [[run(program, ms) for ms in slices] for _ in range(ROUNDS)]
    without = statistics.median(round_[0][0] for round_ in rounds)
    for index, ms in enumerate(slices):
        seconds, late, primes = (statistics.median(round_[index][i] for round_ in rounds) for i in range(3))
        print(f"slice {ms:g} ms: {seconds:.3f} s ({seconds / without:.3f} x), latest tick {late:.1f} ms late, {primes:.0f} primes")


if __name__ == "__main__":
    main()
