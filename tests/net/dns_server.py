"""A small DNS server (RFC 1035) for tests: names and what becomes of a query for them."""
import socket
import struct
import threading

A, AAAA = 1, 28
NO_ERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5


def listen():
    """A socket for UDP and one for TCP on the same port, which is free for both."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, socket.create_server(udp.getsockname())
        except OSError:
            udp.close()


class DnsServer:
    """`zone` maps a name to the addresses of it, or to an error code, or to None: never answered. Names that are not in
    it do not exist. With `truncate` the answers by UDP say that they are too long; those by TCP are whole."""

    def __init__(self, zone, truncate=False):
        self.zone, self.truncate = zone, truncate
        self.queries = []
        self.udp, self.tcp = listen()
        self.port = self.udp.getsockname()[1]
        threading.Thread(target=self.serve_udp, daemon=True).start()
        threading.Thread(target=self.serve_tcp, daemon=True).start()

    def serve_udp(self):
        while True:
            query, client = self.udp.recvfrom(4096)
            answer = self.answer(query, self.truncate)
            if answer:
                self.udp.sendto(answer, client)

    def serve_tcp(self):
        while True:
            connection, _ = self.tcp.accept()
            threading.Thread(target=self.converse, args=(connection,), daemon=True).start()

    def converse(self, connection):
        with connection, connection.makefile("rwb") as stream:
            while length := stream.read(2):
                answer = self.answer(stream.read(struct.unpack(">H", length)[0]), False)
                if answer:
                    stream.write(struct.pack(">H", len(answer)) + answer)
                    stream.flush()

    def answer(self, query, truncate):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack(">H", query[at + 1:at + 3])[0]
        question = query[12:at + 5]
        name = ".".join(labels).lower()
        self.queries.append((name, kind))
        found = self.zone.get(name, NXDOMAIN)
        if found is None:
            return None
        code, records = NO_ERROR, []
        if isinstance(found, int):
            code = found
        else:
            family, size = (socket.AF_INET, 4) if kind == A else (socket.AF_INET6, 16)
            wanted = [address for address in found if (":" in address) == (kind == AAAA)] if kind in (A, AAAA) else []
            for address in wanted:
                records.append(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, size) + socket.inet_pton(family, address))
        flags = 0x8180 | code | (0x0200 if truncate else 0)
        head = query[:2] + struct.pack(">HHHHH", flags, 1, 0 if truncate else len(records), 0, 0)
        return head + question + (b"" if truncate else b"".join(records))
