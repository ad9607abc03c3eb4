"""spawn_python.py TASKS BATCH [--uvloop]: gather trivial tasks."""

import asyncio

from stopwatch import Stopwatch, run


async def identity(x):
    return x


async def main(tasks, batch):
    tasks, batch = int(tasks), int(batch)
    watch = Stopwatch()
    for _ in range(tasks // batch):
        results = await asyncio.gather(*[identity(i) for i in range(batch)])
        assert results[-1] == batch - 1
    watch.report(tasks)


run(main)
