"""sleepers_python.py TASKS [--uvloop]: tasks that each sleep a random 1 to 2 s, all at once."""

import asyncio
import random

from stopwatch import Stopwatch, memory, run


async def main(tasks):
    tasks = int(tasks)
    before = memory("VmRSS")
    watch = Stopwatch()
    await asyncio.gather(*[asyncio.sleep(1 + random.random()) for _ in range(tasks)])
    watch.report(tasks, bytes_per_task=(memory("VmHWM") - before) / tasks)


run(main)
