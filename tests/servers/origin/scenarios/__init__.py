"""All scenarios; importing this registers them."""

from scenarios import (  # noqa: F401
    bodies, charsets, chunks, compression, early, framing, heads, interim, persistence, redirects, reflection, reset,
    stalled, truncated, uploads,
)
