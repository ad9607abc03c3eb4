"""Redirects: anywhere, in circles, to nowhere."""

from connection import KEEP
from scenario import scenario, says


def redirect(exchange, location, status=302, body=b"moved\n"):
    # As UTF-8, whether or not a header may hold that.
    exchange.answer(body, "Location: " + location.encode().decode("latin-1"), status=f"{status} Moved")


@scenario("/redirect")
def anywhere(exchange):
    """To ?to= (/echo), as it is: relative, another origin, another scheme, nonsense; with ?status= (302) and a body of
    ?bytes= (6)."""
    redirect(exchange, exchange.text("to", "/echo"), exchange.number("status", 302),
             b"moved\n".ljust(exchange.number("bytes", 6), b"."))


@scenario("/redirect/in/a/folder")
def from_folder(exchange):
    """The same, for what is relative to this path."""
    anywhere(exchange)


@scenario("/redirect/chain")
def chain(exchange):
    """?count= (3) redirects, then /echo."""
    count = exchange.number("count", 3)
    redirect(exchange, f"/redirect/chain?count={count - 1}" if count > 1 else "/echo")


@scenario("/redirect/loop")
def loop(exchange):
    """To itself."""
    redirect(exchange, "/redirect/loop")


@scenario("/redirect/late-body")
def late_body(exchange):
    """To ?to= (/echo), with a body of ?bytes= (6) that comes ?seconds= (0.02) after the head."""
    body = b"." * exchange.number("bytes", 6)
    exchange.send(exchange.head("302 Moved", "Location: " + exchange.text("to", "/echo"),
                                f"Content-Length: {len(body)}"))
    exchange.connection.pause(exchange.seconds("seconds", 0.02))
    exchange.send(body)


@scenario("/redirect/early", streams=True)
def early(exchange):
    """307 to ?to= (/echo) at once; reads no body and ends the connection."""
    exchange.answer(b"", "Location: " + exchange.text("to", "/echo"), "Connection: close", status="307 Moved")
    exchange.connection.close()


@scenario("/redirect/endless")
def endless(exchange):
    """To another URL of this path each time."""
    redirect(exchange, f"/redirect/endless?at={exchange.number('at', 0) + 1}")


says("/redirect/no-location", "302 that does not say where to",
     b"HTTP/1.1 302 Found\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
says("/redirect/two-locations", "302 that says two places",
     b"HTTP/1.1 302 Found\r\nLocation: /echo?1\r\nLocation: /echo?2\r\nContent-Length: 5\r\n\r\nhello", then=KEEP)
