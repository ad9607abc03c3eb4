"""Answers of 1xx before the answer, and clients that wait for one: Expect: 100-continue."""

from connection import KEEP
from scenario import scenario, says

FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

says("/interim/continue", "100 Continue that nobody asked for, then the answer", CONTINUE + FINAL, then=KEEP)
says("/interim/early-hints", "103 Early Hints, then the answer",
     b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nX-Interim: yes\r\n\r\n" + FINAL, then=KEEP)
says("/interim/switching", "101 Switching Protocols that nobody asked for",
     b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: nonsense\r\nConnection: Upgrade\r\n\r\n", then=KEEP)


@scenario("/interim/flood")
def flood(exchange):
    """?count= (10,000) answers of 102, then the answer."""
    for _ in range(exchange.number("count", 10_000)):
        exchange.send(b"HTTP/1.1 102 Processing\r\n\r\n")
    exchange.send(FINAL)


@scenario("/interim/endless")
def endless(exchange):
    """Answers of 102 that never end."""
    while True:
        exchange.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 300)


def report_upload(exchange, **more):
    exchange.answer_json({"bytes": sum(len(part) for part in exchange.body_parts()), **more})


@scenario("/expect/continue", streams=True)
def expect_continue(exchange):
    """Says 100 Continue to a client that expects it, then answers how many bytes came, and whether the client had
    waited."""
    expected = exchange.request.get("expect").lower() == "100-continue"
    waited = expected and exchange.connection.silent(0.05)
    if expected:
        exchange.send(CONTINUE)
    report_upload(exchange, waited=waited)


@scenario("/expect/unanswered", streams=True)
def expect_unanswered(exchange):
    """Never says 100 Continue: a client is to send its body after a while all the same."""
    report_upload(exchange)


@scenario("/expect/refused", streams=True)
def expect_refused(exchange):
    """417 at once; reads no body and ends the connection."""
    exchange.answer(b"no\n", "Connection: close", status="417 Expectation Failed")
    exchange.connection.close()


@scenario("/expect/unknown", streams=True)
def expect_unknown(exchange):
    """417 to a client that expects something, as by a server that does not know about it; reads no body and ends the
    connection. Others are told how many bytes came."""
    if exchange.request.get("expect"):
        expect_refused(exchange)
    else:
        report_upload(exchange)
