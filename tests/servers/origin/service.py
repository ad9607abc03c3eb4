"""What happens on a connection: request after request, each answered by the scenario of its path."""

import json

from connection import Gone
from exchange import Exchange
from request import BadRequest, Request
from scenario import SCENARIOS


def serve(connection, tallies):
    try:
        while connection.open and connection.wait_for_input():
            serve_one(connection, tallies)
    except Gone:
        pass
    except BadRequest as error:
        refuse(connection, str(error))
    finally:
        connection.release()


def serve_one(connection, tallies):
    request = Request.read(connection)
    connection.requests += 1
    tally = tallies.request(request.parameters.get("tag", request.path), connection.number)
    exchange = Exchange(connection, request, tallies, tally)
    try:
        if connection.before_next:
            connection.end(connection.before_next)
            return
        scenario = SCENARIOS.get(request.path)
        if not scenario or not scenario.streams:
            request.body = b"".join(exchange.body_parts())
        if scenario:
            scenario.play(exchange)
        else:
            exchange.answer(b"no such scenario\n", status="404 Not Found")
        if connection.open:
            for _ in exchange.body_parts():
                pass
            if request.wants_close:
                connection.close()
    except Gone:
        tallies.add(tally, gone=1)
        raise
    finally:
        tallies.add(tally, active=-1)


def refuse(connection, reason):
    """The client's fault: tests see it as a status that no scenario answers with."""
    body = json.dumps({"bad_request": reason}).encode()
    try:
        connection.send(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
                        b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    except Gone:
        return
    connection.close()
