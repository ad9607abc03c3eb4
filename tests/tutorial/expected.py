"""What a tutorial script is to print, read from its .expected file: run.py says what such a file holds."""

import dataclasses
import re

EARLY = 0.02  # delays are printed rounded, and clocks differ a little
LATE = 0.3
HUNG = 60.0

LUA_CLASSES = {
    "a": "A-Za-z", "d": "0-9", "l": "a-z", "s": r"\s", "u": "A-Z", "w": "A-Za-z0-9", "x": "0-9A-Fa-f",
    "D": r"\D", "S": r"\S", "W": r"\W_",
}


def lua_pattern(pattern):
    """The regular expression equal to a Lua pattern (without %b, %f and position captures)."""
    out, i = [], 0
    if pattern.startswith("^"):
        out.append("^")
        i = 1

    def escaped(at):
        if at >= len(pattern):
            raise ValueError(f"pattern ends with %: {pattern}")
        c = pattern[at]
        if c in LUA_CLASSES:
            return LUA_CLASSES[c]
        if c.isalpha():
            raise ValueError(f"%{c} is not supported here: {pattern}")
        return re.escape(c)

    while i < len(pattern):
        c = pattern[i]
        if c == "$" and i == len(pattern) - 1:
            out.append("$")
            break
        if c in "()":
            out.append(c)
            i += 1
            continue
        if c == "%" and pattern[i + 1:i + 2].isdigit():
            out.append(f"(?:\\{pattern[i + 1]})")
            i += 2
            continue
        if c == "[":
            close = pattern.find("]", i + (3 if pattern[i + 1:i + 2] == "^" else 2))
            while close > 0 and pattern[close - 1] == "%":
                close = pattern.find("]", close + 1)
            if close < 0:
                raise ValueError(f"missing ]: {pattern}")
            body, k = [], i + 1
            if pattern[k] == "^":
                body.append("^")
                k += 1
            while k < close:
                if pattern[k] == "%":
                    body.append(escaped(k + 1))
                    k += 2
                else:
                    body.append(pattern[k] if pattern[k] == "-" else re.escape(pattern[k]))
                    k += 1
            single, i = f"[{''.join(body)}]", close + 1
        elif c == "%":
            single, i = f"[{escaped(i + 1)}]", i + 2
        else:
            single, i = "." if c == "." else re.escape(c), i + 1
        if pattern[i:i + 1] in ("*", "+", "?", "-"):
            single += "*?" if pattern[i] == "-" else pattern[i]
            i += 1
        out.append(single)
    return re.compile("".join(out), re.ASCII)


def matches(expected, line):
    if expected.startswith("~"):
        return lua_pattern(expected[1:]).fullmatch(line) is not None
    return expected == line


@dataclasses.dataclass
class Expected:
    lines: list
    duration: str = None
    command: str = ""
    stderr: list = dataclasses.field(default_factory=list)
    exit: int = 0
    unordered: list = dataclasses.field(default_factory=list)
    modules: list = dataclasses.field(default_factory=list)
    servers: list = dataclasses.field(default_factory=list)
    runs: list = dataclasses.field(default_factory=list)

    @classmethod
    def read(cls, path):
        lines = path.read_text(encoding="utf-8").split("\n")
        if lines[-1] == "":
            lines.pop()
        expected = cls(lines)
        while lines and lines[0].startswith("#"):
            words = lines.pop(0)[1:].split(None, 1)
            key, value = (words + ["", ""])[:2]
            if key == "duration" and re.fullmatch(r"[\d.]+(-[\d.]+)?|max .+", value):
                expected.duration = value
            elif key == "stderr" and value:
                expected.stderr.append(value)
            elif key == "command" and value:
                expected.command = value
            elif key == "exit" and value.isdigit():
                expected.exit = int(value)
            elif key == "unordered" and re.fullmatch(r"\d+-\d+", value):
                first, last = map(int, value.split("-"))
                if not 1 <= first <= last <= 10000:
                    raise ValueError(f"{path.name}: bad range: # unordered {value}")
                expected.unordered.append((first, last))
            elif key == "needs" and value:
                expected.modules += value.split()
            elif key == "servers" and value:
                expected.servers += value.split()
            elif key == "run":
                expected.runs.append(value)
            else:
                raise ValueError(f"{path.name}: bad setting: # {key} {value}")
        for line in lines:
            if line.startswith("~"):
                lua_pattern(line[1:])
        return expected

    def limits(self, output):
        """The shortest and the longest time the run may take."""
        if self.duration is None:
            return 0, HUNG
        if self.duration.startswith("max "):
            pattern = lua_pattern(self.duration[4:])
            found = [float(m.group(1)) for m in map(pattern.search, output) if m]
            low = high = max(found, default=0)
        else:
            low, _, high = self.duration.partition("-")
            low, high = float(low), float(high or low)
        return low - EARLY, high + LATE


def pair_up(expected, lines):
    """For each expected line the index of a line it matches, each line used once; None where none is left."""
    owner = {}

    def place(index, seen):
        for at, line in enumerate(lines):
            if at not in seen and matches(expected[index], line):
                seen.add(at)
                if at not in owner or place(owner[at], seen):
                    owner[at] = index
                    return True
        return False

    for index in range(len(expected)):
        place(index, set())
    found = {index: at for at, index in owner.items()}
    return [found.get(index) for index in range(len(expected))]


def in_order_of(expected, lines, ranges):
    """The expected lines, those of unordered ranges moved to where the output has them."""
    expected = list(expected)
    for first, last in ranges:
        block, actual = expected[first - 1:last], lines[first - 1:last]
        slots = [None] * len(block)
        rest = []
        for line, at in zip(block, pair_up(block, actual)):
            if at is None:
                rest.append(line)
            else:
                slots[at] = line
        expected[first - 1:last] = [slot if slot is not None else rest.pop(0) for slot in slots]
    return expected


def difference(expected, lines):
    """Expected against printed, with the fewest changes: "-" was expected, "+" was printed."""
    rows, columns = len(expected), len(lines)
    common = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for k in reversed(range(columns)):
            common[i][k] = (common[i + 1][k + 1] + 1 if matches(expected[i], lines[k])
                            else max(common[i + 1][k], common[i][k + 1]))
    out, i, k = [], 0, 0
    while i < rows or k < columns:
        if i < rows and k < columns and matches(expected[i], lines[k]):
            out.append("  " + lines[k])
            i, k = i + 1, k + 1
        elif k == columns or (i < rows and common[i + 1][k] >= common[i][k + 1]):
            out.append("- " + expected[i])
            i += 1
        else:
            out.append("+ " + lines[k])
            k += 1
    return out
