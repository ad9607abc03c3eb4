"""Chunks, good and bad, and trailers."""

import hashlib

import pattern
from connection import CLOSE, KEEP
from scenario import scenario, says


def chunked(path, about, body, then=KEEP):
    says(path, about, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body, then)


LAST = b"0\r\n\r\n"

chunked("/chunk/upper-case", "lengths in upper case, with leading zeros", b"000B\r\nhello world\r\n" + LAST)
chunked("/chunk/extensions", "extensions after the lengths", b'5;a=1;b="x;y"\r\nhello\r\n0;end\r\n\r\n')
chunked("/chunk/trailers", "two trailers", b"5\r\nhello\r\n0\r\nX-First: 1\r\nX-Second: two\r\n\r\n")
chunked("/chunk/trailer-framing", "trailers that would change the framing: they count for nothing",
        b"5\r\nhello\r\n0\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n")
chunked("/chunk/bad-size", "a length that is no number", b"xyz\r\nhello\r\n" + LAST)
chunked("/chunk/empty-size", "a length without digits", b"\r\nhello\r\n" + LAST)
chunked("/chunk/negative", "a length below 0", b"-5\r\nhello\r\n" + LAST)
chunked("/chunk/prefixed", "a length that C would read as 5", b"0x5\r\nhello\r\n" + LAST)
chunked("/chunk/overflow", "a length of 2^64 + 5", b"10000000000000005\r\nhello\r\n" + LAST)
chunked("/chunk/too-long", "more bytes than the length said", b"5\r\nhello world\r\n" + LAST)
chunked("/chunk/bare-lf", "lines end with LF alone", b"5\nhello\n0\n\n")
chunked("/chunk/bad-trailer", "a trailer without a colon", b"5\r\nhello\r\n0\r\nnonsense\r\n\r\n")
chunked("/chunk/no-end", "ends without the last chunk", b"5\r\nhello\r\n", then=CLOSE)


@scenario("/chunk/tiny")
def tiny(exchange):
    """The pattern's first ?bytes= (10,000) in chunks of one byte."""
    exchange.send(exchange.head("200 OK", "Transfer-Encoding: chunked"))
    for block in pattern.blocks(exchange.number("bytes", 10_000)):
        exchange.send(b"".join(b"1\r\n%c\r\n" % byte for byte in block))
    exchange.send(LAST)


@scenario("/chunk/many")
def many(exchange):
    """The pattern's first ?bytes= (1,000,000) in chunks of ?size= (8,192), its SHA-256 in the trailer X-Sha256."""
    size, digest, rest = exchange.number("size", 8192), hashlib.sha256(), b""
    exchange.send(exchange.head("200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sha256"))
    for block in pattern.blocks(exchange.number("bytes", 1_000_000)):
        digest.update(block)
        rest += block
        while len(rest) >= size:
            exchange.chunk(rest[:size])
            rest = rest[size:]
    if rest:
        exchange.chunk(rest)
    exchange.send(b"0\r\nX-Sha256: %b\r\n\r\n" % digest.hexdigest().encode())


def endless(exchange, beginning, part):
    exchange.send(exchange.head("200 OK", "Transfer-Encoding: chunked") + beginning)
    while True:
        exchange.send(part)


@scenario("/chunk/endless-extension")
def endless_extension(exchange):
    """An extension of a chunk that never ends."""
    endless(exchange, b"5;", b"x" * 8192)


@scenario("/chunk/endless-trailers")
def endless_trailers(exchange):
    """Trailers that never end."""
    endless(exchange, b"5\r\nhello\r\n0\r\n", b"X-Trailer: again\r\n" * 500)
