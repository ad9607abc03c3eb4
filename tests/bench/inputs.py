"""What the workloads work on, made when first asked for: documents and files in a temporary folder, and a server."""

import contextlib
import json
import os
import random
import sys
from functools import cached_property
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "servers"))

from surroundings import Surroundings  # noqa: E402

FILE_BYTES = 4096
WORDS = ["loop", "task", "coroutine", "naïve", "Grüße", "日本語", "žluťoučký", "emoji 🚀", "line\nbreak", 'quo"te',
         "back\\slash", "tab\there", "plain", "socket", "timer", "queue"]


def mixed_document(size, seed=20):
    """Records of every JSON type in about `size` bytes of compact UTF-8; the same on every machine."""
    rng = random.Random(seed)

    def sentence(most):
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))

    def record(number):
        return {
            "id": number,
            "token": rng.getrandbits(52),
            "name": sentence(3),
            "text": sentence(25),
            "score": rng.uniform(-1000, 1000),
            "ratio": rng.random() * 10 ** rng.randint(-12, 12),
            "active": rng.random() < 0.5,
            "parent": None if rng.random() < 0.3 else rng.randrange(number + 1),
            "tags": [rng.choice(WORDS) for _ in range(rng.randint(0, 6))],
            "matrix": [[rng.randint(-100, 100) for _ in range(4)] for _ in range(3)],
            "extra": {"empty": {}, "none": [], "place": {"lat": rng.uniform(-90, 90), "lon": rng.uniform(-180, 180)}},
        }

    parts = []
    length = 0
    while length < size:
        text = json.dumps(record(len(parts)), ensure_ascii=False, separators=(",", ":"))
        parts.append(text)
        length += len(text.encode()) + 1
    return ("[" + ",".join(parts) + "]").encode()


class Inputs(contextlib.ExitStack):
    def __init__(self, folder, quick):
        super().__init__()
        self.folder = folder
        self.quick = quick

    def size(self, full, quick):
        return quick if self.quick else full

    @cached_property
    def document(self):
        path = os.path.join(self.folder, "document.json")
        with open(path, "wb") as file:
            file.write(mixed_document(1_000_000))
        return path

    @cached_property
    def small_files(self):
        """A folder of files named 1, 2, 3, ... and how many there are."""
        count = self.size(10_000, 1_000)
        folder = os.path.join(self.folder, "files")
        os.mkdir(folder)
        for i in range(1, count + 1):
            with open(os.path.join(folder, str(i)), "wb") as file:
                file.write(os.urandom(FILE_BYTES))
        return folder, count

    @cached_property
    def big_file(self):
        """Just written, then read once: what the workload reads is in the page cache."""
        path = os.path.join(self.folder, "big")
        block = os.urandom(1 << 20)
        with open(path, "wb") as file:
            for _ in range(self.big_bytes >> 20):
                file.write(block)
            # Not to be written back to disk while something is measured.
            os.fsync(file.fileno())
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass
        return path

    @cached_property
    def big_bytes(self):
        return self.size(1024, 64) << 20

    @cached_property
    def servers(self):
        """The addresses of nginx, which serves the big file as /big, and of the origin of the tests."""
        surroundings = self.enter_context(Surroundings(["nginx", "origin"]))
        (surroundings.site / "big").symlink_to(self.big_file)
        return surroundings.variables

    @property
    def trusted(self):
        """The environment in which nginx's certificate is trusted."""
        return dict.fromkeys(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"], self.servers["CA_FILE"])

    @property
    def origin(self):
        return self.servers["ORIGIN"]

    @property
    def nginx(self):
        return self.servers["NGINX"]

    @property
    def nginx_tls(self):
        # By address: how long a name takes is not what is measured.
        return self.servers["NGINX_TLS"].replace("localhost", "127.0.0.1")
