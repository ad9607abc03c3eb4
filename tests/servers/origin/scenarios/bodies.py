"""Bodies: of every length, where none may be, up to the connection's end, without end."""

import hashlib

import pattern
from connection import CLOSE, KEEP
from scenario import scenario, says

says("/body/empty", "a body of length 0", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", then=KEEP)
says("/body/until-close", "a body that ends with the connection", b"HTTP/1.1 200 OK\r\n\r\nhello", then=CLOSE)
says("/body/until-close-1.0", "the same from HTTP/1.0", b"HTTP/1.0 200 OK\r\n\r\nhello", then=CLOSE)
says("/body/204", "204 has no body, and says nothing of a length", b"HTTP/1.1 204 No Content\r\n\r\n", then=KEEP)
says("/body/204-with-body", "204 that promises and sends a body",
     b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
says("/body/304", "304 says the length of the body that it does not send",
     b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", then=KEEP)
says("/body/304-with-body", "304 that sends a body",
     b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
says("/body/205", "205 has no body, but a length of 0", b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
     then=KEEP)
says("/body/head-with-body", "sends its body to HEAD as well",
     b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
says("/body/head-chunked", "the head alone, chunked: for HEAD",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", then=KEEP)


@scenario("/body/bytes")
def some_bytes(exchange):
    """The pattern's first ?bytes= (100,000), their SHA-256 in the header X-Sha256."""
    length, digest = exchange.number("bytes", 100_000), hashlib.sha256()
    for block in pattern.blocks(length):
        digest.update(block)
    exchange.send(exchange.head("200 OK", f"Content-Length: {length}", f"X-Sha256: {digest.hexdigest()}"))
    if exchange.request.method != "HEAD":
        for block in pattern.blocks(length):
            exchange.send(block)


@scenario("/body/endless")
def endless(exchange):
    """A body that never ends, as fast as the client reads."""
    exchange.send(exchange.head("200 OK", "Content-Length: 1000000000000000"))
    while True:
        exchange.send(pattern.BLOCK)


@scenario("/status")
def status(exchange):
    """The status asked for: ?code= (404) with ?reason= and a short body; of 204 and 304 without."""
    code = exchange.number("code", 404)
    reason = exchange.text("reason", "As Asked")
    if code in (204, 304):
        exchange.send(exchange.head(f"{code} {reason}"))
    else:
        exchange.answer(f"status {code}\n".encode(), "Content-Type: text/plain", status=f"{code} {reason}")
