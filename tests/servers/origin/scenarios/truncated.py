"""Answers that end too early."""

from scenario import scenario, says

says("/truncate/nothing", "ends without an answer", b"")
says("/truncate/status-line", "ends within the status line", b"HTTP/1.1 20")
says("/truncate/head", "ends within the headers", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Half: on")
says("/truncate/interim", "ends after 100 Continue", b"HTTP/1.1 100 Continue\r\n\r\n")
says("/truncate/content-length", "promises 10 bytes, sends 5", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
says("/truncate/no-bytes", "promises 10 bytes, sends none", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
says("/truncate/chunked", "ends within a chunk",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na\r\nhel")
says("/truncate/trailers", "ends within the trailers",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: a")


@scenario("/truncate/no-close-notify")
def no_close_notify(exchange):
    """A body that ends with the connection; under TLS the connection ends without close_notify: an attacker may have
    cut it."""
    exchange.send(exchange.head() + b"hello")
    exchange.connection.cut()
