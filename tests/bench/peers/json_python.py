"""json_python.py decode|encode FILE: the standard library's json on one document, for about a second."""

import json
import sys
import time

from stopwatch import Stopwatch


def main(direction, path):
    with open(path, "rb") as file:
        text = file.read().decode()
    size = len(text.encode())
    if direction == "decode":
        step, value = json.JSONDecoder().decode, text
    else:
        # As compact as the document is, and without escaping what UTF-8 can carry.
        step, value = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode, json.loads(text)
    step(value)
    done = 0
    watch = Stopwatch()
    while time.perf_counter() - watch.wall < 1:
        step(value)
        done += size
    watch.report(done)


main(*sys.argv[1:])
