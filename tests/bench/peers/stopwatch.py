"""What the Python peers share: timing, the event loop asked for, memory."""

import asyncio
import json
import sys
import time


class Stopwatch:
    """Started when made; report() prints the one line the driver reads."""

    def __init__(self):
        self.wall = time.perf_counter()
        self.cpu = time.process_time()

    def report(self, ops, **more):
        seconds = time.perf_counter() - self.wall
        cpu_seconds = time.process_time() - self.cpu
        print(json.dumps(
            {"seconds": seconds, "cpu_seconds": cpu_seconds, "ops": ops, "peak_bytes": memory("VmHWM"), **more}))


def run(main):
    """Run main(*integer arguments) on asyncio's own loop, or on uvloop's with --uvloop."""
    arguments = sys.argv[1:]
    if "--uvloop" in arguments:
        import uvloop

        uvloop.install()
        arguments.remove("--uvloop")
    asyncio.run(main(*arguments))


def memory(field):
    """Bytes of a field of /proc/self/status. VmHWM, unlike ru_maxrss, does not include
    what the process was before it called exec."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
