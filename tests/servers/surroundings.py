#!/usr/bin/env python3
"""Runs a command with the servers that its tests want: `surroundings.py build/release/arun test FILE...`

A test file among the command's arguments says in a line what it wants: `-- servers: origin nginx`. `--servers origin`
wants it for any command: `surroundings.py --servers origin,nginx bash` is a shell to try things in. Each server is
started on free ports of the loopback, and its addresses are in the command's environment: ORIGIN, NGINX, ... as
servers.py has them; CERTIFICATES is the folder of authority.py, CA_FILE what clients are to trust.

All servers are ended by their pids, whatever happens. The exit code is the command's; 1 if a server ended by itself or
badly.
"""

import argparse
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import authority
from servers import SERVERS, make_site

PATIENCE = 20  # seconds until a server answers
GRACE = 5  # seconds until a server that was asked to end has ended


class Failure(SystemExit):
    """A server could not be started: nothing can be tested."""


class Server:
    """A process that writes all it has to say to a file."""

    def __init__(self, name, command, log, cwd):
        self.name = name
        self.log = log
        with open(log, "wb") as output:
            # It ends with this process, even when that is killed.
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *map(str, command)], cwd=cwd,
                                            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)

    def said(self):
        return self.log.read_text(errors="replace")

    def printed(self, pattern):
        """What the pattern's group matches in its output, once it does."""
        deadline = time.monotonic() + PATIENCE
        while not (match := re.search(pattern, self.said())):
            self.check_starting(deadline)
        return match[1]

    def check_starting(self, deadline):
        if self.process.poll() is not None or time.monotonic() > deadline:
            raise Failure(f"{self.name} did not start:\n{self.said()}")
        time.sleep(0.01)

    def end(self):
        """What went wrong, if anything."""
        ended_early = self.process.poll() is not None
        self.process.terminate()
        try:
            self.process.communicate(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        code = self.process.returncode
        if ended_early or code not in (0, -signal.SIGTERM):
            return f"{self.name} ended {'by itself ' if ended_early else ''}with {code}:\n{self.said()}"
        return None


class Surroundings:
    """Servers that run as long as the context: `variables` are for the environment of those who talk to them."""

    def __init__(self, names):
        self.names = names
        self.servers = []
        self.reserved = []
        self.faults = []
        self.variables = {}

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="surroundings-")
        self.folder = Path(self.temporary.name)
        self.certificates, self.site = self.folder / "certificates", self.folder / "site"
        try:
            if self.names:
                authority.make(self.certificates)
                make_site(self.site)
                self.variables = {"CERTIFICATES": str(self.certificates), "CA_FILE": str(self.certificates / "ca.pem")}
            for name in self.names:
                self.variables |= self.answering(SERVERS[name](self))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in reversed(self.servers):
            fault = server.end()
            if fault:
                self.faults.append(fault)
        for reservation in self.reserved:
            reservation.close()
        self.temporary.cleanup()

    def start(self, name, command, cwd=None):
        self.servers.append(Server(name, command, self.folder / f"{name}.log", cwd))
        return self.servers[-1]

    def reserve_port(self):
        """For a server that cannot choose one itself. The port stays bound, so that nobody else gets it; as it does not
        listen, whoever may reuse it gets all connections."""
        reservation = socket.socket()
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reservation.bind(("127.0.0.1", 0))
        self.reserved.append(reservation)
        return reservation.getsockname()[1]

    def answering(self, variables):
        """The variables of the server started last, the first of which is the address of one that answers by now."""
        anyone = ssl.create_default_context()
        anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                             urllib.request.HTTPSHandler(context=anyone))
        url = next(iter(variables.values())) + "/hello.txt"
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                direct.open(url, timeout=PATIENCE).read()
                return variables
            except urllib.error.HTTPError:
                return variables
            except OSError:
                self.servers[-1].check_starting(deadline)


def wanted_by(arguments):
    """The servers that the test files among these arguments want."""
    for file in filter(re.compile(r"_test\.\w+$").search, arguments):
        for line in re.findall(r"^-- servers: *(.*)", Path(file).read_text(encoding="utf-8"), re.M):
            yield from line.split()


def parse_arguments():
    parser = argparse.ArgumentParser(usage="%(prog)s [--servers NAME,...] COMMAND...", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", default="", help=", ".join(SERVERS))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command:
        parser.error("no command")
    options.servers = list(dict.fromkeys([*filter(None, options.servers.split(",")), *wanted_by(options.command)]))
    for name in options.servers:
        if name not in SERVERS:
            parser.error(f"no server '{name}'; there are: {', '.join(SERVERS)}")
    return options


def main():
    options = parse_arguments()
    # Ended like this, it still ends its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with Surroundings(options.servers) as surroundings:
            command = ["setpriv", "--pdeathsig", "TERM", *options.command]
            code = subprocess.run(command, env={**os.environ, **surroundings.variables}, check=False).returncode
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    for fault in surroundings.faults:
        print(f"surroundings: {fault}", file=sys.stderr)
    return 1 if surroundings.faults and code == 0 else 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main())
