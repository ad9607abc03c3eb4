"""What the origin knows of requests, and answers that a test writes itself."""

import ssl

from connection import CLOSE
from scenario import SCENARIOS, scenario


@scenario("/")
def index(exchange):
    """This list."""
    width = max(map(len, SCENARIOS))
    lines = [f"{path:<{width}}  {SCENARIOS[path].about}\n" for path in sorted(SCENARIOS)]
    exchange.answer("".join(lines).encode(), "Content-Type: text/plain; charset=utf-8")


@scenario("/echo")
def echo(exchange):
    """The request as JSON: method, target, path, query (pairs), version, headers (pairs), body (bytes as code points),
    trailers, connection and request (which of how many, from 1), tls (version, cipher, alpn, client), or null."""
    request, connection = exchange.request, exchange.connection
    exchange.answer_json({
        "method": request.method, "target": request.target, "path": request.path, "query": request.query,
        "version": request.version, "headers": request.headers, "body": request.body.decode("latin-1"),
        "trailers": request.trailers, "connection": connection.number, "request": connection.requests,
        "tls": security(connection.sock),
    })


def security(sock):
    if not isinstance(sock, ssl.SSLSocket):
        return None
    client = dict(part[0] for part in (sock.getpeercert() or {}).get("subject", ()))
    return {"version": sock.version(), "cipher": sock.cipher()[0], "alpn": sock.selected_alpn_protocol(),
            "client": client.get("commonName")}


@scenario("/stats")
def stats(exchange):
    """Counts of the requests that had ?tag=, or the path, that ?of= names: requests, active, gone, connections, open,
    bytes_read, bytes_written; accepted_by_all and failed_handshakes of the whole origin. With ?wait=COUNT&value=N
    once that count is N, or after 10 seconds."""
    exchange.answer_json(exchange.tallies.wait(exchange.text("of"), exchange.text("wait"), exchange.number("value", 0)))


@scenario("/raw")
def raw(exchange):
    """Sends ?answer=, or else the request's body, byte for byte; then ?then= (close): keep, close, cut, reset,
    stall."""
    exchange.send(exchange.text("answer").encode("utf-8", "surrogateescape") or exchange.request.body)
    exchange.connection.end(exchange.text("then", CLOSE))
