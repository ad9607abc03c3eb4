"""Where bodies are sent to: counted, compared, read slowly or not at all."""

import hashlib
import time

import pattern
from scenario import scenario


@scenario("/upload", streams=True)
def upload(exchange):
    """What came: bytes, sha256, whether it is the pattern, framing (length, chunked, none), trailers. Reads at most
    ?rate= bytes a second."""
    request, rate = exchange.request, exchange.number("rate", 0)
    framing = "chunked" if request.chunked else "length" if request.get("content-length", None) else "none"
    digest, comparison = hashlib.sha256(), pattern.Comparison()
    for part in exchange.body_parts(min(rate // 10 or 1, 65536) if rate else 65536):
        digest.update(part)
        comparison.update(part)
        if rate:
            time.sleep(len(part) / rate)
    exchange.answer_json({
        "bytes": comparison.length, "sha256": digest.hexdigest(), "pattern": comparison.same, "framing": framing,
        "trailers": request.trailers,
    })


def read_some(exchange):
    after = exchange.number("after", 100_000)
    for part in exchange.body_parts(4096):
        after -= len(part)
        if after <= 0:
            break


@scenario("/upload/stop", streams=True)
def stop(exchange):
    """Reads ?after= (100,000) bytes and no more, and says nothing."""
    read_some(exchange)
    exchange.connection.wait_until_gone()
    exchange.connection.drop()


@scenario("/upload/reset", streams=True)
def reset(exchange):
    """Reads ?after= (100,000) bytes, then resets the connection."""
    read_some(exchange)
    exchange.connection.reset()


@scenario("/upload/close", streams=True)
def close(exchange):
    """Reads ?after= (100,000) bytes, then ends the connection without an answer."""
    read_some(exchange)
    exchange.connection.close()
