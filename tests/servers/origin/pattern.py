"""The bytes of large bodies: byte i is i % 251, so that a part that is lost, doubled or moved shows."""

PERIOD = bytes(range(251))
BLOCK = PERIOD * 261  # a little below 64 KiB, and whole periods: blocks join without a seam


def blocks(length):
    """The pattern's first `length` bytes, in parts."""
    for start in range(0, length, len(BLOCK)):
        yield BLOCK[:length - start]


class Comparison:
    """Whether bytes that come in parts are the pattern so far."""

    def __init__(self):
        self.length = 0
        self.same = True

    def update(self, part):
        offset = self.length % len(PERIOD)
        wanted = PERIOD * (len(part) // len(PERIOD) + 2)
        self.same = self.same and wanted[offset:offset + len(part)] == part
        self.length += len(part)
