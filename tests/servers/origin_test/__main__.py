"""Every scenario of the origin over a bare socket: are these the bytes, and does the connection end like that?
`tests/servers/surroundings.py --servers origin python3 tests/servers/origin_test`"""

import os
import sys
from pathlib import Path

import checks
from bodies import compression, endless, large_bodies
from by_table import by_table
from ports import other_ports, tls
from requests import early_answers, expectations, reflection, strictness, uploads
from wire import asked, body


def origin_ports():
    """The ports by name, from the addresses in the environment."""
    return {name.removeprefix("ORIGIN_").lower(): int(url.rpartition(":")[2])
            for name, url in os.environ.items() if name.startswith("ORIGIN_")}


def completeness(port):
    listed = {line.split()[0] for line in body(port, "/").decode().splitlines()}
    checks.check("every scenario is tested", not listed - asked, listed - asked)


def main():
    ports = origin_ports() | {"plain": int(os.environ["ORIGIN"].rpartition(":")[2])}
    for part in (by_table, large_bodies, endless, compression, uploads, early_answers, expectations, reflection,
                 strictness, completeness):
        part(ports["plain"])
    other_ports(ports)
    tls(ports, Path(os.environ["CERTIFICATES"]))
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed or not checks.passed else 0


sys.exit(main())
