"""Bodies: large, endless, compressed."""

import hashlib
import subprocess
import time
import zlib

from checks import check
from wire import SILENCE, Wire, answer, body, get, stats, unchunked

PATTERN = bytes(range(251))
TEXT = b"The quick brown fox jumps over the lazy dog. " * 2000


def large_bodies(port):
    head, data = answer(port, get("/body/bytes?bytes=1000000", "Connection: close"))
    check("the pattern", data == (PATTERN * 4000)[:1_000_000], len(data))
    check("its digest", f"X-Sha256: {hashlib.sha256(data).hexdigest()}".encode() in head, head)
    head, data = answer(port, get("/body/bytes", "Connection: close", method="HEAD"))
    check("HEAD has no body", b"Content-Length: 100000\r\n" in head and not data, head)
    contents, trailers = unchunked(body(port, "/chunk/many?bytes=300000&size=1000"))
    check("chunks of the pattern", contents == (PATTERN * 4000)[:300_000], len(contents))
    check("a digest in the trailer", hashlib.sha256(contents).hexdigest().encode() in trailers, trailers)
    check("an error of 400 is not a scenario's", b"bad_request" in body(port, "/echo", "Content-Length: x"))


def endless(port):
    for target in ("/body/endless", "/head/endless", "/head/endless-line", "/interim/endless",
                   "/chunk/endless-extension", "/chunk/endless-trailers"):
        wire = Wire(port).send(get(target))
        check(f"{target} does not end", len(wire.exactly(3_000_000)) == 3_000_000)
        wire.sock.close()
        check(f"{target} ends with the client", stats(port, target, wait="active")["gone"] == 1)
    wire = Wire(port).send(get("/body/endless?tag=held"))
    # No more than the buffers of the system take is sent to a client that does not read.
    wire.exactly(1000)
    held, before = stats(port, "held")["bytes_written"], None
    while held != before:
        time.sleep(SILENCE)
        held, before = stats(port, "held")["bytes_written"], held
    check("a client that does not read holds the origin", 0 < held < 20_000_000, held)


def compression(port):
    codings = {"gzip": 31, "x-gzip": 31, "upper-case": 31, "deflate": 15, "deflate-raw": -15, "zeros-after": 31,
               "garbage-after": 31}
    for name, window in codings.items():
        check(f"/compress/{name}", zlib.decompressobj(window).decompress(body(port, f"/compress/{name}")) == TEXT)
    members = zlib.decompressobj(31)
    first = members.decompress(body(port, "/compress/gzip-members"))
    check("two members", first + zlib.decompress(members.unused_data, 31) == TEXT)
    check("two codings", zlib.decompress(zlib.decompress(body(port, "/compress/two-codings"), 31), 15) == TEXT)
    for name, window in {"truncated-gzip": 31, "truncated-deflate": 15}.items():
        broken = zlib.decompressobj(window)
        part = broken.decompress(body(port, f"/compress/{name}"))
        check(f"/compress/{name} ends early", TEXT.startswith(part) and not broken.eof)
    try:
        zlib.decompress(body(port, "/compress/bad-checksum"), 31)
        check("a wrong checksum", False)
    except zlib.error as error:
        check("a wrong checksum", "incorrect data check" in str(error), error)
    bomb = zlib.decompressobj(31)
    zeros = sum(len(bomb.decompress(part)) for part in [unchunked(body(port, "/compress/bomb/gzip?megabytes=8"))[0]])
    check("the bomb is a whole gzip", bomb.eof and zeros == 8 << 20, zeros)
    for name, command in {"br": ["brotli", "-dc"], "zstd": ["zstd", "-dcq"]}.items():
        decoded_by(command, body(port, f"/compress/{name}"), TEXT)
        check(f"/compress/truncated-{name}", body(port, f"/compress/{name}").startswith(
            body(port, f"/compress/truncated-{name}")))
    decoded_by(["zstd", "-dcq"], body(port, "/compress/zstd-frames"), TEXT * 2)
    decoded_by(["zstd", "-dcq"], unchunked(body(port, "/compress/bomb/zstd?megabytes=8"))[0], bytes(8 << 20))
    decoded_by(["brotli", "-dc"], body(port, "/compress/bomb/br"), bytes(256 << 20))


def decoded_by(command, data, wanted):
    """Python's library knows neither coding: their own programs do, where they are installed."""
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False)
    except FileNotFoundError:
        return
    check(f"{command[0]} decodes it", done.stdout == wanted, done.stderr)
