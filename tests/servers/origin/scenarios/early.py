"""Answers that come before the request's body was read."""

from scenario import scenario

TOO_LARGE = "413 Content Too Large"


@scenario("/early/read", streams=True)
def read_on(exchange):
    """413 at once, then reads the body to its end and keeps the connection."""
    exchange.answer(b"too large\n", status=TOO_LARGE)


@scenario("/early/close", streams=True)
def close(exchange):
    """413 at once, then the end; what the client still sends is thrown away."""
    exchange.answer(b"too large\n", "Connection: close", status=TOO_LARGE)
    exchange.connection.close()


@scenario("/early/reset", streams=True)
def reset(exchange):
    """413 at once, and a reset ?seconds= (0.05) later, as by a server that closes on unread bytes."""
    exchange.answer(b"too large\n", "Connection: close", status=TOO_LARGE)
    exchange.connection.wait_until_gone(exchange.seconds("seconds", 0.05))
    exchange.connection.reset()


@scenario("/early/stop", streams=True)
def stop(exchange):
    """413 at once; neither reads the body nor closes: a client is to stop sending once it has its answer."""
    exchange.answer(b"too large\n", status=TOO_LARGE)
    exchange.connection.wait_until_gone()
    exchange.connection.drop()
