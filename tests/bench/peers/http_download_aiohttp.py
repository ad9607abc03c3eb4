"""http_download_aiohttp.py URL BYTES: a big body in chunks of 64 KiB."""

import aiohttp

from stopwatch import Stopwatch, run


async def main(url, length):
    async with aiohttp.ClientSession() as session:
        watch = Stopwatch()
        total = 0
        async with session.get(url) as response:
            async for chunk in response.content.iter_chunked(65536):
                total += len(chunk)
        watch.report(total)
    assert total == int(length)


run(main)
