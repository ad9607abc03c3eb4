"""Status lines and headers, good and bad."""

from connection import KEEP
from scenario import scenario, says


def line(path, about, status_line, then=KEEP):
    says(path, about, status_line + b"Content-Length: 5\r\n\r\nhello", then)


line("/head/no-reason", "a status line without a reason", b"HTTP/1.1 200\r\n")
line("/head/empty-reason", "a status line with an empty reason", b"HTTP/1.1 200 \r\n")
line("/head/latin-1-reason", "a reason in ISO 8859-1", b"HTTP/1.1 200 Gr\xfc\xdfe\r\n")
line("/head/unknown-status", "a status that nobody knows", b"HTTP/1.1 299 Fine\r\n")
line("/head/blank-line-first", "a blank line before the status line", b"\r\nHTTP/1.1 200 OK\r\n")
line("/head/bad-status-line", "a status that is no number", b"HTTP/1.1 abc OK\r\n")
line("/head/status-99", "a status of two digits", b"HTTP/1.1 99 Low\r\n")
line("/head/status-1000", "a status of four digits", b"HTTP/1.1 1000 High\r\n")
line("/head/http-2", "a version that was not spoken", b"HTTP/2.0 200 OK\r\n")
line("/head/lower-case", "a version in lower case", b"http/1.1 200 OK\r\n")
line("/head/no-version", "a status line without a version", b"200 OK\r\n")
line("/head/bare-lf", "lines end with LF alone", b"HTTP/1.1 200 OK\nX-Before: 1\n")
line("/head/bare-cr", "a CR within a status line", b"HTTP/1.1 200 OK\rX-Hidden: 1\r\n")
says("/head/garbage", "another protocol's greeting", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
says("/head/http-0.9", "a body without a head", b"<html>hello</html>\n")


def headers(path, about, lines, then=KEEP):
    line(path, about, b"HTTP/1.1 200 OK\r\n" + lines, then)


headers("/head/no-colon", "a header without a colon", b"nonsense\r\n")
headers("/head/no-name", "a header without a name", b": value\r\n")
headers("/head/space-before-colon", "a space between name and colon", b"X-Space : 1\r\n")
headers("/head/space-in-name", "a space within a name", b"X Space: 1\r\n")
headers("/head/obs-fold", "a value that goes on in the next line", b"X-Folded: one\r\n  two\r\n")
headers("/head/fold-first", "a first header that begins with a space", b" X-Folded: one\r\n")
headers("/head/nul", "a NUL within a value", b"X-Nul: a\x00b\r\n")
headers("/head/cr", "a CR within a value", b"X-Cr: a\rX-Hidden: b\r\n")
headers("/head/empty-value", "values without or with spaces alone", b"X-Empty:\r\nX-Spaces:  \t \r\n")
headers("/head/spaces-around", "spaces around a value", b"X-Padded:\t  padded value \t \r\n")
headers("/head/latin-1", "a value in ISO 8859-1", b"X-Text: Gr\xfc\xdfe\r\n")
headers("/head/utf-8", "a value in UTF-8", "X-Text: Grüße\r\n".encode())
headers("/head/repeated", "the same header three times, in three spellings", b"X-List: 1\r\nx-list: 2\r\nX-LIST: 3\r\n")
headers("/head/cookies", "three cookies, one with a comma in its date",
        b"Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Expires=Wed, 21 Oct 2099 07:28:00 GMT\r\nSet-Cookie: c=3\r\n")


@scenario("/head/huge")
def huge(exchange):
    """A header of ?bytes= (1,000,000)."""
    exchange.answer(b"hello", "X-Huge: " + "x" * exchange.number("bytes", 1_000_000))


@scenario("/head/many")
def many(exchange):
    """?count= (10,000) headers."""
    exchange.answer(b"hello", *(f"X-Header-{i}: {i}" for i in range(exchange.number("count", 10_000))))


def endless(exchange, beginning, part):
    exchange.send(beginning)
    while True:
        exchange.send(part)


@scenario("/head/endless")
def endless_headers(exchange):
    """Headers that never end."""
    endless(exchange, b"HTTP/1.1 200 OK\r\n", b"X-Header: again\r\n" * 500)


@scenario("/head/endless-line")
def endless_line(exchange):
    """A status line that never ends."""
    endless(exchange, b"HTTP/1.1 200 ", b"x" * 8192)
