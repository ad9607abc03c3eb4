"""What clients send: bodies, too early or too late, and what they may not."""

import hashlib
import json
import re

from bodies import PATTERN
from checks import check
from wire import RESET, SHUT, Wire, answer, ask, get, stats


def uploads(port):
    sent = (PATTERN * 1000)[:200_000]
    post = get("/upload", "Connection: close", f"Content-Length: {len(sent)}", method="POST") + sent
    told = json.loads(answer(port, post)[1])
    check("an upload", told == {"bytes": 200_000, "sha256": hashlib.sha256(sent).hexdigest(), "pattern": True,
                                "framing": "length", "trailers": []}, told)
    chunked = get("/upload?tag=chunks", "Connection: close", "Transfer-Encoding: chunked", method="PUT")
    told = json.loads(answer(port, chunked + b"3;x=y\r\n\0\1\2\r\n2\r\n\3\5\r\n0\r\nX-End: 1\r\n\r\n")[1])
    check("an upload in chunks", (told["bytes"], told["pattern"], told["framing"], told["trailers"])
          == (5, False, "chunked", [["X-End", "1"]]), told)
    check("its bytes are counted", stats(port, "chunks")["bytes_read"] == 5)
    told = json.loads(answer(port, get("/upload?rate=1000000", "Connection: close", "Content-Length: 100000",
                                       method="POST") + sent[:100_000])[1])
    check("a slow upload", told["bytes"] == 100_000, told)

    for ending, wanted in {"reset": RESET, "close": SHUT}.items():
        post = get(f"/upload/{ending}?after=5000", "Content-Length: 10000", method="POST") + sent[:5000]
        wire = Wire(port).send(post)
        check(f"/upload/{ending}", wire.all() == (b"", wanted))
    wire = Wire(port).send(get("/upload/stop?after=5000", "Content-Length: 10000", method="POST") + sent[:10000])
    check("/upload/stop says nothing", wire.within_silence() == b"")
    check("/upload/stop stops", 5000 <= stats(port, "/upload/stop")["bytes_read"] < 10000)


def early_answers(port):
    for way in ("read", "close", "reset", "stop"):
        wire = Wire(port).send(get(f"/early/{way}", "Content-Length: 10", method="POST") + b"hello")
        seen = wire.exactly(10)
        check(f"/early/{way} answers before the body's end", seen == b"HTTP/1.1 4", seen)
        if way == "read":
            seen = wire.send(b"world" + get("/echo?next", "Connection: close")).all()[0]
            check("/early/read takes the next request", b"/echo?next" in seen, seen)
        elif way == "stop":
            check("/early/stop stays open", wire.within_silence() is not None)
        else:
            check(f"/early/{way} ends", wire.all()[1] == {"close": SHUT, "reset": RESET}[way])


def expectations(port):
    head = get("/expect/continue", "Expect: 100-continue", "Content-Length: 5", "Connection: close", method="POST")
    wire = Wire(port).send(head)
    check("100 Continue comes first", wire.exactly(25) == b"HTTP/1.1 100 Continue\r\n\r\n")
    seen = wire.send(b"hello").all()[0]
    check("then the answer", b'{"bytes": 5, "waited": true}' in seen, seen)
    seen = Wire(port).send(head + b"hello").all()[0]
    check("a client that did not wait", b'"waited": false' in seen, seen)
    seen = Wire(port).send(get("/expect/refused", "Expect: 100-continue", "Content-Length: 5")).all()
    check("417 at once", seen[0].startswith(b"HTTP/1.1 417 ") and seen[1] == SHUT, seen)
    seen = Wire(port).send(get("/expect/unknown", "Expect: 100-continue", "Content-Length: 5")).all()
    check("417 to who expects", seen[0].startswith(b"HTTP/1.1 417 ") and seen[1] == SHUT, seen)
    seen = answer(port, get("/expect/unknown", "Connection: close", "Content-Length: 5") + b"hello")[1]
    check("others are served", b'"bytes": 5' in seen, seen)
    seen = Wire(port).send(get("/redirect/early", "Content-Length: 5")).all()
    check("a redirect before the body", seen[0].startswith(b"HTTP/1.1 307 ") and seen[1] == SHUT, seen)
    wire = Wire(port).send(get("/expect/unanswered", "Expect: 100-continue", "Content-Length: 5", "Connection: close"))
    check("no 100 Continue", wire.within_silence() == b"")
    check("then all the same", b'"bytes": 5' in wire.send(b"hello").all()[0])


def reflection(port):
    told = ask(port, "/echo?a=1&a=2&b=%20", "X-Twice: 1", "x-twice: 2")
    check("echo", told["query"] == [["a", "1"], ["a", "2"], ["b", " "]] and ["x-twice", "2"] in told["headers"]
          and told["path"] == "/echo" and told["tls"] is None and told["request"] == 1, told)
    seen = Wire(port).send(get("/echo?tag=t") * 2 + get("/echo?tag=t", "Connection: close")).all()[0]
    check("requests of one connection are numbered", re.findall(rb'"request": (\d)', seen) == [b"1", b"2", b"3"], seen)
    count = stats(port, "t", wait="open")
    check("stats", (count["requests"], count["connections"], count["open"], count["active"]) == (3, 1, 0, 0), count)
    check("stats of what nobody asked for", stats(port, "/nothing")["requests"] == 0)
    raw = get("/raw", "Content-Length: 3", method="POST") + b"\0\xffz"
    check("raw answers with the body", Wire(port).send(raw).all() == (b"\0\xffz", SHUT))
    wire = Wire(port).send(get("/raw?answer=x&then=stall&tag=rawstall"))
    check("raw stalls", wire.exactly(1) == b"x" and wire.within_silence() == b"")


def strictness(port):
    for what, request in {
        "bare LF": b"GET / HTTP/1.1\nHost: x\n\n", "no Host": b"GET / HTTP/1.1\r\n\r\n",
        "two Hosts": get("/", "Host: again"), "a space in the target": get("/a b"),
        "both framings": get("/", "Content-Length: 1", "Transfer-Encoding: chunked"),
        "a bad chunk": get("/", "Transfer-Encoding: chunked") + b"5\r\nhelloworld\r\n",
        "a header without colon": get("/", "nonsense"), "UTF-8 in the target": "GET /ü HTTP/1.1\r\n\r\n".encode(),
    }.items():
        seen, _ = Wire(port).send(request).all()
        check(f"a client may not send {what}", seen.startswith(b"HTTP/1.1 400 "), seen)
