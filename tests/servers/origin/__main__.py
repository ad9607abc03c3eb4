"""An HTTP origin that misbehaves on purpose: `python3 tests/servers/origin [CERTIFICATES]`.

It prints its ports as one line of JSON, by name, once all listen, and ends with its standard input or by SIGTERM. The
path of a request chooses what happens: `curl http://127.0.0.1:PORT/` lists the scenarios. CERTIFICATES is a folder that
authority.py filled; with it there are ports that speak TLS, a name for each thing that can be wrong with them.

Threads with blocking sockets, not an event loop: each scenario then reads as what it does to its connection, and
nothing between it and the system buffers, completes or tidies up, as asyncio's transports do.
"""

import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path

import scenarios  # noqa: F401
from listeners import Origin
from tally import Tallies


def main():
    ended = threading.Event()
    mistakes = []

    def mistaken(mistake):
        mistakes.append(mistake)
        traceback.print_exception(mistake.exc_value)

    threading.excepthook = mistaken
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()

    origin = Origin(Tallies(), Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    print(json.dumps(origin.ports), flush=True)
    ended.wait()
    # Threads of scenarios that never end are left where they are.
    sys.stderr.flush()
    os._exit(1 if mistakes else 0)


main()
