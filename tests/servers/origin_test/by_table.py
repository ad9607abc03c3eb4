"""The scenarios of the table: their bytes, and what becomes of the connection."""

import re
from concurrent.futures import ThreadPoolExecutor

from answers import ANSWERS, KEPT, STUCK
from checks import check
from wire import RESET, SHUT, Wire, get, stats


def plays(port, target, ending, pattern):
    wire = Wire(port).send(get(target))
    if ending == STUCK:
        seen = wire.until(pattern)
        check(f"{target} stays open and says no more", wire.within_silence() == b"")
        wire.sock.close()
        left = stats(port, target, wait="gone", value=1)
        check(f"{target} sees the client go", (left["gone"], left["active"], left["requests"]) == (1, 0, 1), left)
    else:
        if ending == KEPT or "after-request" in target:
            wire.send(get("/echo?the-next-one", "Connection: close"))
        seen, end = wire.all()
        check(f"{target} ends as it should", end == (RESET if ending == RESET else SHUT), end)
        check(f"{target} keeps the connection, or not", (b'"/echo?the-next-one"' in seen) == (ending == KEPT), seen)
    check(f"{target} sends its bytes", re.search(pattern, seen, re.DOTALL), seen)


def by_table(port):
    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(plays, port, target, *wanted) for target, wanted in ANSWERS.items()]:
            done.result()
