"""queue_python.py CAPACITY WORKERS ITEMS [--uvloop]: as many producers as consumers on one bounded queue."""

import asyncio

from stopwatch import Stopwatch, run


async def produce(queue, count):
    for i in range(count):
        await queue.put(i)


async def consume(queue, count):
    total = 0
    for _ in range(count):
        total += await queue.get()
    return total


async def main(capacity, workers, items):
    workers, items = int(workers), int(items)
    share = items // workers
    queue = asyncio.Queue(int(capacity))
    watch = Stopwatch()
    results = await asyncio.gather(
        *[consume(queue, share) for _ in range(workers)],
        *[produce(queue, share) for _ in range(workers)],
    )
    watch.report(items)
    assert sum(results[:workers]) == workers * share * (share - 1) // 2


run(main)
