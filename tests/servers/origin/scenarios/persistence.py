"""Which connections may be used again."""

from connection import KEEP
from scenario import scenario, says

says("/keep-alive/1.0", "HTTP/1.0 that keeps the connection, and says so",
     b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
says("/keep-alive/1.0-unsaid", "HTTP/1.0 that does not say it keeps the connection: it is not to be used again",
     b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
says("/keep-alive/close", "says close, and stays open: the connection is not to be used again",
     b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
says("/keep-alive/garbage", "bytes that nobody asked for follow the answer",
     b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello garbage", then=KEEP)
says("/keep-alive/second-answer", "an answer that nobody asked for follows: it is not the next request's",
     b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
     b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison", then=KEEP)


@scenario("/keep-alive/late-garbage")
def late_garbage(exchange):
    """An answer that nobody asked for follows ?seconds= (0.05) later, on the idle connection."""
    exchange.answer(b"hello")
    exchange.connection.wait_until_gone(exchange.seconds("seconds", 0.05))
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")


@scenario("/keep-alive/408")
def request_timeout(exchange):
    """An answer of 408 follows ?seconds= (0.05) later and the connection ends, as some servers do with idle ones."""
    exchange.answer(b"hello")
    exchange.connection.wait_until_gone(exchange.seconds("seconds", 0.05))
    exchange.send(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    exchange.connection.close()
