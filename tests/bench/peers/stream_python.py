"""stream_python.py FILE: read a big file in 64 KiB chunks with aiofiles."""

import os

import aiofiles

from stopwatch import Stopwatch, run


async def main(path):
    watch = Stopwatch()
    total = 0
    async with aiofiles.open(path, "rb") as file:
        while chunk := await file.read(65536):
            total += len(chunk)
    watch.report(total)
    assert total == os.path.getsize(path)


run(main)
