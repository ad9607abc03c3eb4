"""Reading requests, strictly: what a client may not send is an error that says so."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from connection import Gone

REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) (HTTP/1\.[01])")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*")
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(;[^\r\n]*)?")
LONGEST_LINE = 1 << 20


class BadRequest(Exception):
    """The client sent what it may not send."""


class Request:
    def __init__(self, connection, method, target, version, headers):
        self.connection = connection
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers  # list of (name, value), as they came
        parts = urlsplit(target)
        self.path = unquote(parts.path)
        self.query = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        self.parameters = dict(self.query)
        self.trailers = []
        self.body = b""
        self.chunked, self.length = self.framing()
        self.unread = self.chunked or self.length > 0

    @classmethod
    def read(cls, connection):
        """The next request, or None if the client ended before it."""
        if not connection.wait_for_input():
            return None
        match = REQUEST_LINE.fullmatch(read_line(connection))
        if not match:
            raise BadRequest("not a request line")
        method, target, version = (part.decode("ascii") for part in match.groups())
        return cls(connection, method, target, version, read_fields(connection))

    def get(self, name, default=""):
        """The values of a header joined, as one string."""
        values = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(values) if values else default

    def framing(self):
        coding, length = self.get("transfer-encoding", None), self.get("content-length", None)
        if coding is not None and length is not None:
            raise BadRequest("both Transfer-Encoding and Content-Length")
        if coding is not None and coding.lower() != "chunked":
            raise BadRequest(f"transfer coding {coding}")
        if length is not None and not re.fullmatch("[0-9]+", length):
            raise BadRequest(f"Content-Length: {length}")
        if self.version == "HTTP/1.1" and len([1 for name, _ in self.headers if name.lower() == "host"]) != 1:
            raise BadRequest("not one Host header")
        return coding is not None, int(length or 0)

    @property
    def wants_close(self):
        tokens = self.get("connection").lower().replace(" ", "").split(",")
        return "close" in tokens or (self.version == "HTTP/1.0" and "keep-alive" not in tokens)

    def parts(self, size=65536):
        """The body as it comes, in parts of at most `size` bytes."""
        if not self.unread:
            return
        self.unread = False
        if self.chunked:
            while length := self.chunk_length():
                yield from read_parts(self.connection, length, size)
                if read_line(self.connection) != b"":
                    raise BadRequest("a chunk is longer than it said")
            self.trailers = read_fields(self.connection)
        else:
            yield from read_parts(self.connection, self.length, size)

    def chunk_length(self):
        match = CHUNK_LINE.fullmatch(read_line(self.connection))
        if not match:
            raise BadRequest("not the length of a chunk")
        return int(match[1], 16)


def read_line(connection):
    """A line without its end."""
    line = b""
    while b"\n" not in line:
        data = connection.receive()
        if not data:
            raise Gone
        line += data
        if len(line) > LONGEST_LINE:
            raise BadRequest("a line without end")
    line, _, connection.pending = line.partition(b"\n")
    if not line.endswith(b"\r"):
        raise BadRequest("a line that does not end with CR LF")
    return line[:-1]


def read_fields(connection):
    fields = []
    while line := read_line(connection):
        match = FIELD.fullmatch(line)
        if not match:
            raise BadRequest(f"not a header: {line!r}")
        fields.append((match[1].decode("ascii"), match[2].decode("latin-1")))
    return fields


def read_parts(connection, length, size):
    while length > 0:
        data = connection.receive()
        if not data:
            raise Gone
        most = min(length, size)
        data, connection.pending = data[:most], data[most:]
        length -= len(data)
        yield data
