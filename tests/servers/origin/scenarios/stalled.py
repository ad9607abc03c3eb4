"""Answers that stop, on a connection that stays open until the client leaves; and answers that take their time."""

from connection import STALL
from scenario import scenario, says

says("/stall/head", "never answers", b"", then=STALL)
says("/stall/status-line", "stops within the status line", b"HTTP/1.1 20", then=STALL)
says("/stall/headers", "stops within the headers", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", then=STALL)
says("/stall/interim", "stops after 103 Early Hints", b"HTTP/1.1 103 Early Hints\r\n\r\n", then=STALL)
says("/stall/body", "stops after 5 of 10 bytes", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", then=STALL)
says("/stall/chunk", "stops within a chunk",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello", then=STALL)
says("/stall/last-chunk", "stops where the last chunk should come",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", then=STALL)
says("/stall/until-close", "a body that ends with the connection, which does not end",
     b"HTTP/1.1 200 OK\r\n\r\nhello", then=STALL)


@scenario("/slow/head")
def slow_head(exchange):
    """Answers after ?seconds= (0.5)."""
    exchange.connection.pause(exchange.seconds("seconds", 0.5))
    exchange.answer(b"hello")


@scenario("/slow/body")
def slow_body(exchange):
    """Sends ?parts= (3) parts of the body, ?seconds= (0.2) before each."""
    parts = exchange.number("parts", 3)
    exchange.send(exchange.head("200 OK", f"Content-Length: {5 * parts}"))
    for _ in range(parts):
        exchange.connection.pause(exchange.seconds("seconds", 0.2))
        exchange.send(b"hello")


@scenario("/drip/all")
def drip_all(exchange):
    """Every byte of the answer by itself, ?seconds= (0.001) apart, chunked and with a trailer."""
    answer = exchange.head("200 OK", "Transfer-Encoding: chunked", "Trailer: X-Trailer")
    answer += b"5\r\nhello\r\n1;note=x\r\n,\r\n6\r\n world\r\n0\r\nX-Trailer: dripped\r\n\r\n"
    exchange.drip(answer, exchange.seconds("seconds", 0.001))


@scenario("/drip/body")
def drip_body(exchange):
    """A body of ?bytes= (20), byte by byte, ?seconds= (0.01) apart: never silent long enough for a read timeout."""
    body = b"x" * exchange.number("bytes", 20)
    exchange.send(exchange.head("200 OK", f"Content-Length: {len(body)}"))
    exchange.drip(body, exchange.seconds("seconds", 0.01))
