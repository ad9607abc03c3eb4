"""http_get_aiohttp.py URL REQUESTS CONCURRENCY: GET the same small body again and again, so many at once."""

import asyncio

import aiohttp

from stopwatch import Stopwatch, run


async def get_all(session, url, turns):
    total = 0
    for _ in turns:
        async with session.get(url) as response:
            assert response.status == 200
            total += len(await response.read())
    return total


async def main(url, requests, concurrency):
    requests, concurrency = int(requests), int(concurrency)
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        watch = Stopwatch()
        turns = iter(range(requests))
        totals = await asyncio.gather(*[get_all(session, url, turns) for _ in range(concurrency)])
        watch.report(requests)
    assert sum(totals) == requests * len("hello, world\n")


run(main)
