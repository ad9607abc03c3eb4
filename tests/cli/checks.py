"""What the scripts of this folder share: checks that are counted, and the end of a script."""

import sys

_counts = {True: 0, False: 0}


def check(what, condition, seen=""):
    _counts[bool(condition)] += 1
    if not condition:
        print(f"FAIL  {what}: {seen}")


def finish():
    print(f"{_counts[True]} passed, {_counts[False]} failed")
    sys.exit(1 if _counts[False] or not _counts[True] else 0)
