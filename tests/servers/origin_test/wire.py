"""A client that knows no HTTP: it sends bytes, and sees bytes and how a connection ends."""

import json
import re
import socket

PATIENCE = 20  # seconds that anything may take
SILENCE = 0.05  # seconds in which a stuck connection says nothing
SHUT, RESET = "shut", "reset"  # how a connection ends

asked = set()  # all paths


def get(target, *headers, method="GET"):
    asked.add(target.partition("?")[0])
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: origin", *headers, "", ""]).encode()


class Wire:
    """A connection that knows no HTTP."""

    def __init__(self, port, host="127.0.0.1", context=None):
        self.sock = socket.create_connection((host, port), PATIENCE)
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")

    def send(self, data):
        self.sock.sendall(data)
        return self

    def all(self):
        """All bytes up to the end, and how that came."""
        parts = []
        try:
            while part := self.sock.recv(65536):
                parts.append(part)
        except ConnectionResetError:
            return b"".join(parts), RESET
        return b"".join(parts), SHUT

    def exactly(self, length):
        data = b""
        while len(data) < length and (part := self.sock.recv(length - len(data))):
            data += part
        return data

    def until(self, pattern):
        """What comes until it matches, or the end."""
        data = b""
        while not re.search(pattern, data, re.DOTALL) and (part := self.sock.recv(65536)):
            data += part
        return data

    def within_silence(self):
        """What comes before a silence; None if the end comes."""
        data = b""
        self.sock.settimeout(SILENCE)
        try:
            while part := self.sock.recv(65536):
                data += part
            return None
        except TimeoutError:
            return data
        finally:
            self.sock.settimeout(PATIENCE)


def answer(port, request, **where):
    """Head and body of the answer to a request that is the last on its connection."""
    head, _, body = Wire(port, **where).send(request).all()[0].partition(b"\r\n\r\n")
    return head, body


def body(port, target, *headers, **where):
    return answer(port, get(target, "Connection: close", *headers), **where)[1]


def ask(port, target, *headers, **where):
    return json.loads(body(port, target, *headers, **where))


def stats(port, tag, wait=None, value=0):
    return ask(port, f"/stats?of={tag}" + (f"&wait={wait}&value={value}" if wait else ""))


def unchunked(data):
    """The contents of chunks, and what follows the last."""
    contents = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            return contents, data
        contents += data[:length]
        data = data[length + 2:]
