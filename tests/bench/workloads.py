"""What is measured: each workload, its sizes, its contestants and the figures to reach."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Metric:
    unit: str
    of: Callable[[dict], float]  # from what a program printed
    digits: int = 2


@dataclass(frozen=True)
class Goal:
    """A bound on arun's figure: over a peer's, over the lowest of several peers', or as it is."""

    text: str
    metric: Metric
    bound: float
    peers: tuple = ()
    at_most: bool = False

    def measured(self, figures):
        """The figure to hold against the bound, or None if it cannot be had."""
        theirs = [figures[peer] for peer in self.peers if peer in figures]
        if "arun" not in figures or (self.peers and not theirs):
            return None
        return figures["arun"] / min(theirs, default=1)

    def reached(self, value):
        return value <= self.bound if self.at_most else value >= self.bound


@dataclass(frozen=True)
class Workload:
    name: str
    program: str  # the name of its programs in arun/ and peers/
    title: str
    arguments: Callable  # from the Inputs
    metrics: list
    peers: list
    goals: list
    runs: int = 1  # in each round
    start_up: bool = False  # measured from outside, from exec to exit
    waits: bool = False  # on purpose, or for a server, so that a busy core is not what limits it
    needs: str = ""  # a module of arun's; without it arun is left out
    environment: Callable = lambda inputs: {}  # what its programs find there besides


def per_second(unit, scale, digits=2):
    return Metric(unit, lambda sample: sample["ops"] / sample["seconds"] / scale, digits)


MILLION_TASKS = per_second("million/s", 1e6)
THOUSAND_FILES = per_second("thousand/s", 1e3, 1)
MEGABYTES = per_second("MB/s", 1e6, 0)
CPU_SECONDS = Metric("CPU s", lambda sample: sample["cpu_seconds"])
BYTES_PER_TASK = Metric("bytes a task", lambda sample: sample["bytes_per_task"], 0)
THOUSAND_REQUESTS = per_second("thousand/s", 1e3, 1)
CPU_PER_REQUEST = Metric("CPU µs a request", lambda sample: sample["cpu_seconds"] / sample["ops"] * 1e6, 1)
MILLISECONDS = Metric("ms", lambda sample: sample["seconds"] * 1e3)
PEAK_MEGABYTES = Metric("peak MB", lambda sample: sample["peak_bytes"] / 1e6, 1)

SCRIPTING = ("asyncio", "uvloop", "node", "luv", "cqueues")
HTTP_CLIENTS = ("aiohttp", "aiohttp_uvloop", "node", "node_agent", "undici", "luahttp", "go", "curl")


def sleepers(name, full, quick):
    return Workload(
        name, "sleepers", f"{full:,} sleeping tasks, random 1 to 2 s",
        lambda inputs: [inputs.size(full, quick)],
        [CPU_SECONDS, BYTES_PER_TASK],
        [*SCRIPTING, "go", "c"],
        [Goal("at most 1,250 bytes a task", BYTES_PER_TASK, 1250, at_most=True),
         Goal("at most half the CPU time of the best scripting peer", CPU_SECONDS, 0.5, SCRIPTING, at_most=True)],
        waits=True,
    )


def json(direction):
    return Workload(
        f"json_{direction}", "json", f"JSON {direction}, mixed document of 1 MB",
        lambda inputs: [direction, inputs.document],
        [MEGABYTES],
        ["python", "node", "cjson"],
        [Goal("at or above Node", MEGABYTES, 1, ("node",))],
    )


def http_get(scheme, url, peers, goals, **more):
    return Workload(
        f"{scheme}_get", "http_get", f"50,000 {scheme.upper()} GETs on 64 kept connections",
        lambda inputs: [url(inputs), inputs.size(50_000, 5_000), 64],
        [THOUSAND_REQUESTS, CPU_PER_REQUEST],
        peers,
        goals,
        waits=True, needs="arun.http", **more,
    )


WORKLOADS = [
    Workload(
        "spawn", "spawn", "spawn and gather 1,000,000 trivial tasks, 10,000 at a time",
        lambda inputs: [inputs.size(1_000_000, 100_000), 10_000],
        [MILLION_TASKS],
        [*SCRIPTING, "go", "c", "node_plain", "luv_plain"],
        [Goal("16 x asyncio", MILLION_TASKS, 16, ("asyncio",)),
         Goal("2 x Go", MILLION_TASKS, 2, ("go",)),
         Goal("at or above Node with await", MILLION_TASKS, 1, ("node",))],
    ),
    Workload(
        "switch", "switch", "switch: sleep(0) by 1,000 tasks, 1,000 times each",
        lambda inputs: [1_000, inputs.size(1_000, 100)],
        [MILLION_TASKS],
        [*SCRIPTING, "go", "c"],
        [Goal("10 x asyncio", MILLION_TASKS, 10, ("asyncio",)),
         Goal("1.8 x Node's setImmediate", MILLION_TASKS, 1.8, ("node",)),
         Goal("0.8 x Go", MILLION_TASKS, 0.8, ("go",))],
    ),
    sleepers("sleepers_100k", 100_000, 10_000),
    sleepers("sleepers_1m", 1_000_000, 50_000),
    Workload(
        "queue", "queue", "1,000,000 items through a queue of 100, 4 producers, 4 consumers",
        lambda inputs: [100, 4, inputs.size(1_000_000, 100_000)],
        [MILLION_TASKS],
        [*SCRIPTING, "go"],
        [Goal("above Node", MILLION_TASKS, 1, ("node",))],
    ),
    Workload(
        "read_files", "read_files", "read 10,000 files of 4 KiB, 64 at once",
        lambda inputs: [*inputs.small_files, 64],
        [THOUSAND_FILES],
        ["aiofiles", "node", "luv", "go", "c", "c_uv"],
        [Goal("3 x Node's fs.promises", THOUSAND_FILES, 3, ("node",)),
         Goal("5 x aiofiles", THOUSAND_FILES, 5, ("aiofiles",))],
    ),
    Workload(
        "stream", "stream", "stream a file of 1 GiB in chunks of 64 KiB",
        lambda inputs: [inputs.big_file],
        [MEGABYTES],
        ["aiofiles", "node", "luv", "go", "c", "c_uv"],
        [Goal("1.25 x Node's FileHandle.read", MEGABYTES, 1.25, ("node",))],
    ),
    Workload(
        "startup", "hello", "start, print hello, world, end",
        lambda inputs: [],
        [MILLISECONDS, PEAK_MEGABYTES],
        ["lua", "asyncio", "node", "luv", "go", "c"],
        [Goal("at most 1.4 x lua5.4 in time", MILLISECONDS, 1.4, ("lua",), at_most=True),
         Goal("at most 2 x lua5.4 in memory", PEAK_MEGABYTES, 2, ("lua",), at_most=True)],
        runs=8, start_up=True,
    ),
    http_get("http", lambda inputs: f"{inputs.nginx}/small", [*HTTP_CLIENTS, "c"],
             [Goal("2 x undici", THOUSAND_REQUESTS, 2, ("undici",)),
              Goal("12 x aiohttp", THOUSAND_REQUESTS, 12, ("aiohttp",)),
              Goal("above Go", THOUSAND_REQUESTS, 1, ("go",))]),
    http_get("https", lambda inputs: f"{inputs.nginx_tls}/small", HTTP_CLIENTS,
             [Goal("above undici", THOUSAND_REQUESTS, 1, ("undici",)),
              Goal("above Go", THOUSAND_REQUESTS, 1, ("go",))],
             environment=lambda inputs: inputs.trusted),
    Workload(
        "http_download", "http_download", "HTTP body of 1 GiB in chunks of 64 KiB",
        lambda inputs: [f"{inputs.nginx}/big", inputs.big_bytes],
        [MEGABYTES, PEAK_MEGABYTES],
        [*HTTP_CLIENTS, "c"],
        [Goal("at or above Node's fetch", MEGABYTES, 1, ("node",)),
         Goal("at or above Go", MEGABYTES, 1, ("go",)),
         Goal("at most 20 MB", PEAK_MEGABYTES, 20, at_most=True)],
        waits=True, needs="arun.http",
    ),
    Workload(
        "http_memory", "http_memory", "2 GiB down and 2 GiB up over HTTP",
        lambda inputs: [inputs.origin, inputs.size(2048, 64) << 20],
        [PEAK_MEGABYTES],
        [],
        [Goal("at most 20 MB", PEAK_MEGABYTES, 20, at_most=True)],
        waits=True, needs="arun.http",
    ),
    Workload(
        "http_start", "http_start", "start, load the HTTP client, end",
        lambda inputs: [],
        [MILLISECONDS, PEAK_MEGABYTES],
        [peer for peer in HTTP_CLIENTS if peer != "aiohttp_uvloop"],
        [Goal("at most 8 ms", MILLISECONDS, 8, at_most=True)],
        runs=8, start_up=True, needs="arun.http",
    ),
    json("decode"),
    json("encode"),
]


def select(names):
    """The workloads named, by their own name or the one their programs share; all of them without names."""
    known = {name for w in WORKLOADS for name in (w.name, w.program)}
    for name in names:
        if name not in known:
            raise SystemExit(f"unknown workload '{name}'; there are: {', '.join(w.name for w in WORKLOADS)}")
    return [w for w in WORKLOADS if not names or w.name in names or w.program in names]
