"""Connections that end by reset (RST), and kept connections that end when the client does not expect it."""

from connection import CLOSE, RESET
from scenario import scenario, says

says("/reset/head", "reset instead of an answer", b"", then=RESET)
says("/reset/headers", "reset within the headers", b"HTTP/1.1 200 OK\r\nContent-Le", then=RESET)


@scenario("/reset/body")
def reset_body(exchange):
    """Reset within a body that began long ago: the client has ?bytes= (5) of 1,000,000."""
    exchange.send(exchange.head("200 OK", "Content-Length: 1000000") + b"x" * exchange.number("bytes", 5))
    # A reset discards what the client's system holds unread: it has to read first.
    exchange.connection.wait_until_gone(0.1)
    exchange.connection.reset()


@scenario("/reset/after-request")
def reset_after_request(exchange):
    """Answers and keeps the connection; the next request on it, once its head is read, is answered by a reset."""
    exchange.answer(b"hello")
    exchange.connection.before_next = RESET


@scenario("/close/after-request")
def close_after_request(exchange):
    """Answers and keeps the connection; the next request on it, once its head is read, is answered by the end."""
    exchange.answer(b"hello")
    exchange.connection.before_next = CLOSE


@scenario("/close/idle")
def close_idle(exchange):
    """Answers, and closes the connection without having said so."""
    exchange.answer(b"hello")
    exchange.connection.close()


@scenario("/reset/idle")
def reset_idle(exchange):
    """Answers, and resets the connection ?seconds= (0.05) later."""
    exchange.answer(b"hello")
    exchange.connection.wait_until_gone(exchange.seconds("seconds", 0.05))
    exchange.connection.reset()
