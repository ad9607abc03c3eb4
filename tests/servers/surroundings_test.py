#!/usr/bin/env python3
"""surroundings.py itself: what it passes on, what it notices, and that nothing is left."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SURROUNDINGS = Path(__file__).resolve().parent / "surroundings.py"
PATIENCE = 20  # seconds

passed = failed = 0


def check(what, good, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAIL  {what}: {seen}")


def start(folder, servers, *command):
    return subprocess.Popen([SURROUNDINGS, "--servers", servers, *command], env={**os.environ, "TMPDIR": str(folder)},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(folder, servers, *command):
    process = start(folder, servers, *command)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def servers_of(folder):
    """The processes that have this folder in their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            pass  # ended meanwhile
    return found


def gone(folder):
    deadline = time.monotonic() + PATIENCE
    while servers_of(folder) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not servers_of(folder)


def main(folder):
    code, out, _ = run(folder, "nginx,origin", "sh", "-c", 'echo "$NGINX $ORIGIN"; exit 3')
    check("the command's exit code and output", (code, out.count("http://127.0.0.1:")) == (3, 2), (code, out))
    check("nothing is left", gone(folder) and not os.listdir(folder), (servers_of(folder), os.listdir(folder)))

    run(folder, "origin,nginx", "sh", "-c", "kill -9 $PPID")
    check("killed, it leaves no server", gone(folder), servers_of(folder))
    for left in Path(folder).iterdir():
        subprocess.run(["rm", "-r", left], check=True)

    # The one process that has the folder of certificates as its argument is the origin.
    code, _, err = run(folder, "origin", "sh", "-c",
                       'for p in /proc/[0-9]*; do tr "\\0" "\\n" <$p/cmdline 2>/dev/null | grep -qx "$CERTIFICATES" '
                       '&& kill -9 ${p#/proc/}; done; sleep 0.1; true')
    check("a server that was killed is a failure", code == 1 and "origin ended by itself with -9" in err, (code, err))

    process = start(folder, "nginx", "sh", "-c", "echo started; exec sleep 60")
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    check("SIGTERM ends all", process.returncode == 128 + signal.SIGTERM and gone(folder) and not os.listdir(folder),
          (process.returncode, servers_of(folder), os.listdir(folder)))

    code, _, err = run(folder, "apache", "true")
    check("an unknown server", code == 2 and "no server 'apache'" in err, err)

    file = Path(folder) / "wants_test.lua"
    file.write_text("-- servers: http_server\n")
    code, out, _ = run(folder, "", "sh", "-c", 'echo "$HTTP_SERVER$ORIGIN"', "-", str(file))
    check("a test file says what it wants", out.startswith("http://127.0.0.1:"), out)


with tempfile.TemporaryDirectory(prefix="surroundings-test-") as place:
    main(place)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
