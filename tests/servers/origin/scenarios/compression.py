"""Compressed bodies: good ones in every coding, broken ones, and bombs. The text is 90,000 bytes."""

import base64
import zlib

from scenario import add, scenario

TEXT = b"The quick brown fox jumps over the lazy dog. " * 2000
# TEXT as `brotli` and `zstd` make it; Python's library has neither.
BROTLI = base64.b64decode("W49fgcjigDcNXdl1CbF7sZKqDC3JzNgaxGUub4Oc4empsDfYgAOHBPJGgxt0WuHM4XGimoIjnI6rgH0aDA==")
ZSTD = base64.b64decode("KLUv/aSQXwEAvQEA1AJUaGUgcXVpY2sgYnJvd24gZm94IGp1bXBzIG92ZXIgdGhlIGxhenkgZG9nLiABAAX7grkqA73ikW4=")
ZERO_MEGABYTES = 256
ZEROS_BROTLI = base64.b64decode(
    "z///f/gnAOKxQCD3/p/////wTwDEYQGA7v0/////4Z8AiMMiAN37f/7//8M/ARCHBQC69//8//+HfwIgDgsAdO//+f//D/8EQBwWAOje//P//x/+"
    "CYA4LADQvf/n//8//BMAcVgAoHv/z///f/gnAOKwAED3/p/////wTwDEYQGA7v0/////4Z8AiMMCAN37f/7//8M/ARCHBQC69//8//+HfwIgDgsA"
    "dO//+f//D/8EQBwWAOje//P//x/+CYA4LADQvf/P//9//BMAcVgAoHv/Dw==")


def deflated(data, window):
    """zlib's formats: a window of 31 is gzip, 15 zlib, -15 bare deflate."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, window)
    return compressor.compress(data) + compressor.flush()


GZIP = deflated(TEXT, 31)


def compressed(path, about, coding, body):
    def play(exchange):
        exchange.answer(body, f"Content-Encoding: {coding}", "Content-Type: text/plain")

    add(path, about, play)


compressed("/compress/gzip", "gzip", "gzip", GZIP)
compressed("/compress/x-gzip", "gzip by its old name", "x-gzip", GZIP)
compressed("/compress/upper-case", "gzip, the name in upper case", "GZIP", GZIP)
compressed("/compress/gzip-members", "gzip in two members", "gzip", deflated(TEXT[:999], 31) + deflated(TEXT[999:], 31))
compressed("/compress/deflate", "deflate as the standard has it: zlib", "deflate", deflated(TEXT, 15))
compressed("/compress/deflate-raw", "deflate as some servers have it: bare", "deflate", deflated(TEXT, -15))
compressed("/compress/br", "Brotli", "br", BROTLI)
compressed("/compress/zstd", "Zstandard", "zstd", ZSTD)
compressed("/compress/zstd-frames", "Zstandard in two frames: the text twice", "zstd", ZSTD + ZSTD)
compressed("/compress/two-codings", "deflate, then gzip", "deflate, gzip", deflated(deflated(TEXT, 15), 31))
compressed("/compress/identity", "not at all, and says so", "identity", TEXT)
compressed("/compress/unknown", "a coding that does not exist", "sideways", TEXT)
compressed("/compress/empty", "gzip is promised, the body is empty", "gzip", b"")
compressed("/compress/not-gzip", "gzip is promised, the body is text", "gzip", TEXT)
compressed("/compress/truncated-gzip", "gzip that ends in the middle", "gzip", GZIP[:len(GZIP) // 2])
compressed("/compress/truncated-deflate", "deflate that ends in the middle", "deflate", deflated(TEXT, 15)[:100])
compressed("/compress/truncated-br", "Brotli that ends in the middle", "br", BROTLI[:40])
compressed("/compress/truncated-zstd", "Zstandard that ends in the middle", "zstd", ZSTD[:40])
compressed("/compress/bad-checksum", "gzip with a wrong checksum", "gzip", GZIP[:-8] + b"\0\0\0\0" + GZIP[-4:])
compressed("/compress/garbage-after", "gzip with other bytes after its end", "gzip", GZIP + b"garbage")
compressed("/compress/zeros-after", "gzip padded with zeros", "gzip", GZIP + bytes(512))
compressed("/compress/bomb/br", f"{ZERO_MEGABYTES} MiB of zeros in 211 bytes", "br", ZEROS_BROTLI)


def zeros(exchange, coding, begin, megabyte, end):
    """A body of ?megabytes= (256) MiB of zeros, which compress to a thousandth and less."""
    exchange.send(exchange.head("200 OK", f"Content-Encoding: {coding}", "Transfer-Encoding: chunked"))
    exchange.chunk(begin)
    for _ in range(exchange.number("megabytes", ZERO_MEGABYTES)):
        exchange.chunk(megabyte)
    exchange.chunk(end)
    exchange.send(b"0\r\n\r\n")


@scenario("/compress/bomb/gzip")
def bomb_gzip(exchange):
    """?megabytes= (256) MiB of zeros in about a thousandth of that."""
    # A block that was flushed stands for itself: it may be repeated.
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    length, checksum = exchange.number("megabytes", ZERO_MEGABYTES) << 20, 0
    for _ in range(length >> 20):
        checksum = zlib.crc32(bytes(1 << 20), checksum)
    ending = checksum.to_bytes(4, "little") + (length & 0xFFFFFFFF).to_bytes(4, "little")
    zeros(exchange, "gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\xff", megabyte, compressor.flush() + ending)


@scenario("/compress/bomb/zstd")
def bomb_zstd(exchange):
    """?megabytes= (256) MiB of zeros in 32 bytes each."""
    repeated = 131072 << 3 | 1 << 1  # a block of one byte repeated so often
    zeros(exchange, "zstd", b"\x28\xb5\x2f\xfd\x00\x38", (repeated.to_bytes(3, "little") + b"\0") * 8,
          (1).to_bytes(3, "little"))
