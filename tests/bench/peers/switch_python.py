"""switch_python.py TASKS ROUNDS [--uvloop]: tasks that do nothing but give way to each other."""

import asyncio

from stopwatch import Stopwatch, run


async def give_way(rounds):
    for _ in range(rounds):
        await asyncio.sleep(0)


async def main(tasks, rounds):
    tasks, rounds = int(tasks), int(rounds)
    watch = Stopwatch()
    await asyncio.gather(*[give_way(rounds) for _ in range(tasks)])
    watch.report(tasks * rounds)


run(main)
