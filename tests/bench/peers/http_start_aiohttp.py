import aiohttp  # noqa: F401
