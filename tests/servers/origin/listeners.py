"""The ports: which there are, and what happens to a connection before its first byte."""

import socket
import ssl
import threading

from connection import Connection
from service import serve

ACCEPTED_AT_ONCE = 1024


def bound(host="127.0.0.1"):
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, 0))
    return sock


class Origin:
    """Listens once made; `ports` says where, by what is special there."""

    def __init__(self, tallies, certificates=None):
        self.tallies = tallies
        self.ports = {}
        self.kept = []  # sockets that only have to stay open
        self.listen("plain", self.plain)
        self.listen("other", self.plain)
        self.listen("silent", lambda connection: connection.wait_until_gone())
        self.listen("closing", lambda connection: connection.close())
        self.listen("resetting", lambda connection: connection.reset())
        self.listen_ipv6()
        self.refused()
        self.unanswered()
        if certificates:
            self.listen_tls(certificates)

    def listen(self, name, play, host="127.0.0.1"):
        listener = bound(host)
        listener.listen(ACCEPTED_AT_ONCE)
        self.ports[name] = listener.getsockname()[1]
        threading.Thread(target=self.accept, args=(listener, play), daemon=True).start()

    def accept(self, listener, play):
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=self.run, args=(sock, play), daemon=True).start()

    def run(self, sock, play):
        connection = Connection(sock, self.tallies.connection_opened())
        try:
            play(connection)
        finally:
            connection.release()
            self.tallies.connection_closed(connection.number)

    def plain(self, connection):
        serve(connection, self.tallies)

    def secure(self, context):
        def play(connection):
            try:
                connection.sock = context.wrap_socket(connection.sock, server_side=True)
            except OSError:  # ssl's errors are some
                self.tallies.handshake_failed()
            else:
                serve(connection, self.tallies)

        return play

    def listen_tls(self, certificates):
        def context(name="server"):
            made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            made.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
            made.set_alpn_protocols(["http/1.1"])
            return made

        def listen(name, context):
            self.listen(name, self.secure(context))

        listen("tls", context())
        for name in ("expired", "not_yet_valid", "wrong_name", "no_names", "self_signed", "unknown_authority",
                     "intermediate", "no_intermediate"):
            listen(f"tls_{name}", context(name))

        asks = context()
        asks.verify_mode = ssl.CERT_REQUIRED
        asks.load_verify_locations(certificates / "ca.pem")
        listen("tls_client", asks)

        for name, version in (("tls_1_1", ssl.TLSVersion.TLSv1_1), ("tls_1_2", ssl.TLSVersion.TLSv1_2),
                              ("tls_1_3", ssl.TLSVersion.TLSv1_3)):
            only = context()
            only.set_ciphers("DEFAULT:@SECLEVEL=0")
            only.minimum_version = only.maximum_version = version
            listen(name, only)

    def listen_ipv6(self):
        try:
            self.listen("ipv6", self.plain, "::1")
        except OSError:
            pass  # a machine without it: there is no such port then

    def refused(self):
        """A port where nobody listens, and which nobody else gets."""
        self.kept.append(bound())
        self.ports["refused"] = self.kept[-1].getsockname()[1]

    def unanswered(self):
        """A port where connecting never ends: the one place in its queue is taken."""
        listener = bound()
        listener.listen(0)
        self.ports["unanswered"] = listener.getsockname()[1]
        self.kept += [listener, socket.create_connection(listener.getsockname())]
