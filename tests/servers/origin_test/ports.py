"""The other ports: connections that do not come about, and TLS with each thing that can be wrong."""

import re
import socket
import ssl

from checks import check
from wire import RESET, SHUT, Wire, ask, get, stats


def other_ports(ports):
    check("another origin", ask(ports["other"], "/echo")["method"] == "GET")
    if "ipv6" in ports:
        check("over IPv6", ask(ports["ipv6"], "/echo", host="::1")["method"] == "GET")
    check("closing", Wire(ports["closing"]).all() == (b"", SHUT))
    try:
        check("resetting", Wire(ports["resetting"]).all() == (b"", RESET))
    except ConnectionResetError:
        pass  # even before connecting was seen to succeed
    check("silent", Wire(ports["silent"]).send(get("/")).within_silence() == b"")
    try:
        Wire(ports["refused"])
        check("refused", False)
    except ConnectionRefusedError:
        check("refused", True)
    try:
        socket.create_connection(("127.0.0.1", ports["unanswered"]), 0.2)
        check("unanswered", False)
    except TimeoutError:
        check("unanswered", True)


def tls(ports, certificates):
    def trusting():
        context = ssl.create_default_context(cafile=certificates / "ca.pem")
        context.set_alpn_protocols(["h2", "http/1.1"])
        context.hostname_checks_common_name = False
        return context

    told = ask(ports["tls"], "/echo", context=trusting())["tls"]
    check("TLS", (told["version"], told["alpn"], told["client"]) == ("TLSv1.3", "http/1.1", None), told)
    told = ask(ports["tls_1_2"], "/echo", context=trusting())["tls"]
    check("TLS 1.2", told["version"] == "TLSv1.2", told)
    check("with its intermediate", ask(ports["tls_intermediate"], "/echo", context=trusting())["tls"])

    for name, reason in {
        "expired": "expired", "not_yet_valid": "not yet valid", "wrong_name": "mismatch", "no_names": "mismatch",
        "self_signed": "self-signed", "unknown_authority": "self-signed certificate in|unable to get local issuer",
        "no_intermediate": "unable to get local issuer", "1_1": "alert|version|protocol",
    }.items():
        try:
            Wire(ports[f"tls_{name}"], context=trusting())
            check(f"a client refuses {name}", False)
        except ssl.SSLError as error:
            check(f"a client refuses {name}", re.search(reason, str(error), re.I), error)
    failures = stats(ports["plain"], "", wait="failed_handshakes", value=8)["failed_handshakes"]
    check("failed handshakes are counted", failures == 8, failures)

    context = trusting()
    context.load_cert_chain(certificates / "client.pem", certificates / "client.key")
    told = ask(ports["tls_client"], "/echo", context=context)["tls"]
    check("a client's certificate", told["client"] == "localhost", told)
    for name in (None, "client_unknown"):
        context = trusting()
        if name:
            context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
        try:
            ask(ports["tls_client"], "/echo", context=context)
            check(f"the origin refuses a client with {name}", False)
        except OSError:
            check(f"the origin refuses a client with {name}", True)

    # A truncated stream is an error where the client asked to be told.
    for target, end in {"/body/until-close": b"", "/truncate/no-close-notify": None}.items():
        sock = socket.create_connection(("127.0.0.1", ports["tls"]))
        sock = trusting().wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False)
        sock.sendall(get(target))
        try:
            while last := sock.recv(65536):
                pass
        except ssl.SSLEOFError:
            last = None
        check(f"{target} over TLS", last == end, last)
