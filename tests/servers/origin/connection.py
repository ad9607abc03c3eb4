"""One accepted connection: reads what comes, sends exactly what it is told, and ends in each way there is."""

import select
import socket
import ssl
import struct

# How a connection goes on after an answer; see Connection.end.
KEEP, CLOSE, CUT, RESET, STALL = "keep", "close", "cut", "reset", "stall"
LINGER = 1  # seconds of silence until a client that was told the end is left alone


class Gone(Exception):
    """The client has left."""


class Connection:
    def __init__(self, sock, number):
        self.sock = sock
        self.number = number
        self.requests = 0
        self.pending = b""  # received and not used yet
        self.open = True
        self.before_next = None  # how it ends as soon as another request arrives
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self):
        """What the client sent next, b"" at its end."""
        if self.pending:
            data, self.pending = self.pending, b""
            return data
        try:
            return self.sock.recv(65536)
        except OSError as error:
            raise Gone from error

    def wait_for_input(self):
        """Whether more comes before the client's end."""
        if not self.pending:
            self.pending = self.receive()
        return bool(self.pending)

    def silent(self, seconds):
        """Whether nothing comes for so long."""
        return not self.pending and not self.poll(select.POLLIN, seconds)

    def send(self, data):
        """How many of these bytes the system took, which waits for the client to read."""
        try:
            return self.sock.send(data)
        except OSError as error:
            raise Gone from error

    def end(self, how):
        if how == CLOSE:
            self.close()
        elif how == CUT:
            self.cut()
        elif how == RESET:
            self.reset()
        elif how == STALL:
            self.wait_until_gone()
            raise Gone

    def close(self):
        """As a server does that is done: TLS says so, then the stream ends."""
        try:
            if isinstance(self.sock, ssl.SSLSocket):
                # Says close_notify without waiting for the client's own.
                self.sock.settimeout(0)
                self.sock.unwrap()
        except OSError:
            pass
        self.cut()

    def cut(self):
        """The stream ends, under TLS without a word."""
        self.open = False
        try:
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        except OSError:
            pass

    def reset(self):
        # Closing with a linger time of 0 sends RST.
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.drop()

    def drop(self):
        """Closes at once; what the client sent and nobody read makes that a reset."""
        self.open = False
        self.sock.close()

    def wait_until_gone(self, seconds=None):
        """Waits without reading until the client has closed; False after so many seconds."""
        return self.poll(select.POLLRDHUP, seconds)

    def pause(self, seconds):
        """Does nothing for so long, unless the client leaves."""
        if self.wait_until_gone(seconds):
            raise Gone

    def poll(self, events, seconds):
        poll = select.poll()
        poll.register(self.sock, events)
        return bool(poll.poll(None if seconds is None else seconds * 1000))

    def release(self):
        """The last thing to be done. A client that still sends gets the end of the stream first, not a reset."""
        try:
            self.sock.settimeout(LINGER)
            while not self.open and socket.socket.recv(self.sock, 65536):
                pass
        except OSError:
            pass
        self.sock.close()
