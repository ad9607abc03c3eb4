"""One request and its answer: what a scenario works with."""

import json


class Exchange:
    def __init__(self, connection, request, tallies, tally):
        self.connection = connection
        self.request = request
        self.tallies = tallies
        self.tally = tally

    def text(self, name, default=""):
        return self.request.parameters.get(name, default)

    def number(self, name, default):
        return int(self.text(name, default))

    def seconds(self, name, default):
        return float(self.text(name, default))

    def body_parts(self, size=65536):
        for part in self.request.parts(size):
            self.tallies.add(self.tally, bytes_read=len(part))
            yield part

    def send(self, data):
        view = memoryview(data)
        while view:
            taken = self.connection.send(view)
            self.tallies.add(self.tally, bytes_written=taken)
            view = view[taken:]

    def drip(self, data, pause):
        """Sends each byte by itself, so many seconds apart."""
        for i in range(len(data)):
            self.send(data[i:i + 1])
            self.connection.pause(pause)

    def head(self, status="200 OK", *headers):
        """A head without framing; says so when the connection is to end."""
        lines = [f"HTTP/1.1 {status}", *headers]
        if self.request.wants_close:
            lines.append("Connection: close")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    def answer(self, body=b"", *headers, status="200 OK"):
        """A whole answer as it should be."""
        self.send(self.head(status, f"Content-Length: {len(body)}", *headers)
                  + (b"" if self.request.method == "HEAD" else body))

    def answer_json(self, value, status="200 OK"):
        self.answer(json.dumps(value).encode() + b"\n", "Content-Type: application/json", status=status)

    def chunk(self, data):
        self.send(b"%x\r\n%b\r\n" % (len(data), data))
