"""read_files_python.py FOLDER FILES CONCURRENCY: read whole files with aiofiles, so many at once."""

import asyncio

import aiofiles

from stopwatch import Stopwatch, run


async def read_all(paths):
    total = 0
    for path in paths:
        async with aiofiles.open(path, "rb") as file:
            total += len(await file.read())
    return total


async def main(folder, files, concurrency):
    files = int(files)
    watch = Stopwatch()
    paths = (f"{folder}/{i}" for i in range(1, files + 1))
    totals = await asyncio.gather(*[read_all(paths) for _ in range(int(concurrency))])
    watch.report(files)
    assert sum(totals) == files * 4096


run(main)
