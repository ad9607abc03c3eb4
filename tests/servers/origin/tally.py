"""What the origin has seen, so that tests can prove what a client did: /stats."""

import threading

PATIENCE = 10  # seconds that a test may wait for something to be seen


class Tally:
    """Counts of the requests with one tag."""

    def __init__(self):
        self.connections = set()  # their numbers
        self.requests = 0
        self.active = 0  # requests not answered yet
        self.gone = 0  # requests whose client left before the answer was complete
        self.bytes_read = 0  # of request bodies
        self.bytes_written = 0  # of answers, as far as the system took them


class Tallies:
    """All counts. Every change is under one lock, and wakes those who wait for it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.by_tag = {}
        self.accepted = 0
        self.open = set()
        self.failed_handshakes = 0

    def connection_opened(self):
        with self.changed:
            self.accepted += 1
            self.open.add(self.accepted)
            self.changed.notify_all()
            return self.accepted

    def connection_closed(self, number):
        with self.changed:
            self.open.discard(number)
            self.changed.notify_all()

    def handshake_failed(self):
        with self.changed:
            self.failed_handshakes += 1
            self.changed.notify_all()

    def request(self, tag, connection):
        """The tally of a tag, with one more request on a connection."""
        with self.changed:
            tally = self.by_tag.setdefault(tag, Tally())
            tally.connections.add(connection)
            tally.requests += 1
            tally.active += 1
            self.changed.notify_all()
            return tally

    def add(self, tally, **counts):
        with self.changed:
            for name, count in counts.items():
                setattr(tally, name, getattr(tally, name) + count)
            self.changed.notify_all()

    def report(self, tag):
        tally = self.by_tag.get(tag) or Tally()
        return {
            **vars(tally),
            "connections": len(tally.connections),
            "open": len(tally.connections & self.open),
            "accepted_by_all": self.accepted,
            "failed_handshakes": self.failed_handshakes,
        }

    def wait(self, tag, field="", value=0):
        """The report of a tag; with a field, once that field has this value or patience ends."""
        with self.changed:
            self.changed.wait_for(lambda: not field or self.report(tag)[field] == value, PATIENCE)
            return self.report(tag)
