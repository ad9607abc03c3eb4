"""Lengths that lie, contradict each other or make no sense, and transfer codings that nobody asked for."""

from connection import KEEP
from scenario import says


def framed(path, about, *headers, body=b"hello", then=KEEP):
    head = b"".join(header + b"\r\n" for header in (b"HTTP/1.1 200 OK", *headers))
    says(path, about, head + b"\r\n" + body, then)


CHUNKED = b"Transfer-Encoding: chunked"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"

framed("/lie/content-length-short", "promises 5 bytes, sends 11", b"Content-Length: 5", body=b"hello world")
framed("/lie/content-length-long", "promises 10 bytes, sends 5, and takes the next request",
       b"Content-Length: 10")
framed("/lie/two-lengths", "two lengths that differ", b"Content-Length: 5", b"Content-Length: 3")
framed("/lie/length-list", "two lengths that differ, in one header", b"Content-Length: 5, 3")
framed("/lie/length-and-chunked", "both a length and chunks: the connection is not to be used again",
       b"Content-Length: 3", CHUNKED, body=CHUNKS)
framed("/lie/length-negative", "a length below 0", b"Content-Length: -5")
framed("/lie/length-plus", "a length with a sign", b"Content-Length: +5")
framed("/lie/length-word", "a length that is no number", b"Content-Length: five")
framed("/lie/length-hex", "a length that C would read as 5", b"Content-Length: 0x5")
framed("/lie/length-empty", "a length without a value", b"Content-Length:")
framed("/lie/length-overflow", "a length of 2^64 + 5", b"Content-Length: 18446744073709551621")
framed("/lie/unknown-coding", "a transfer coding that does not exist", b"Transfer-Encoding: sideways")
framed("/lie/chunked-twice", "chunked, chunked", CHUNKED, CHUNKED, body=CHUNKS)
framed("/lie/chunked-not-last", "chunked is not the last coding", b"Transfer-Encoding: chunked, identity", body=CHUNKS)
framed("/same/two-lengths", "two equal lengths: a client may take that for one",
       b"Content-Length: 5", b"Content-Length: 5")
framed("/same/length-list", "two equal lengths in one header", b"Content-Length: 5, 5")
framed("/same/length-zeros", "a length with leading zeros", b"Content-Length: 0005")
says("/lie/chunked-1.0", "HTTP/1.0 with chunks, which it does not know",
     b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS)
