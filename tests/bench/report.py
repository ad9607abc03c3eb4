"""How results are shown: on the terminal as they come, and in RESULTS.md."""

import datetime
import os
import platform
import statistics
import sys

# Of RESULTS.md. A peer that takes part in a workload or two stands under "others".
COLUMNS = ["arun", "asyncio", "uvloop", "Node", "luv", "cqueues", "Go", "C"]


class Result:
    """The medians of one workload: figures[metric unit][contestant key]."""

    def __init__(self, workload, entrants, samples):
        self.workload = workload
        self.entrants = [entrant for entrant in entrants if entrant.key in samples]
        self.figures = {}
        self.spreads = {}
        for metric in workload.metrics:
            values = {key: [metric.of(sample) for sample in taken] for key, taken in samples.items()}
            self.figures[metric.unit] = {key: statistics.median(taken) for key, taken in values.items()}
            self.spreads[metric.unit] = {key: spread(taken) for key, taken in values.items()}
        self.disturbed = [] if workload.waits or workload.start_up else [
            entrant.title for entrant in self.entrants
            if statistics.median(s["cpu_seconds"] / s["seconds"] for s in samples[entrant.key]) < 0.9
        ]

    def ratio(self, metric, key):
        """arun's figure over another's, or None."""
        figures = self.figures[metric.unit]
        return figures["arun"] / figures[key] if "arun" in figures and key != "arun" else None

    def verdicts(self):
        """Each goal as (text, what was measured, reached | missed | not measured)."""
        for goal in self.workload.goals:
            value = goal.measured(self.figures[goal.metric.unit])
            if value is None:
                yield goal.text, "", "not measured"
            else:
                measured = times(value) if goal.peers else number(value, goal.metric)
                yield goal.text, measured, "reached" if goal.reached(value) else "missed"


def spread(values):
    """How far half of the values lie from their median at most, over that median."""
    median = statistics.median(values)
    return statistics.median(abs(value - median) for value in values) / median


def number(value, metric):
    return f"{value:,.{metric.digits}f}"


def times(ratio):
    return f"{ratio:.{0 if ratio >= 100 else 1 if ratio >= 10 else 2}f} x"


def progress(text):
    """A line that the next one replaces, and nothing where nobody watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def terminal(result):
    lines = [f"{result.workload.name}: {result.workload.title}"]
    for metric in result.workload.metrics:
        lines.append(f"  {metric.unit:<26}{'median':>10}{'spread':>9}{'arun / it':>11}")
        for entrant in result.entrants:
            ratio = result.ratio(metric, entrant.key)
            lines.append(
                f"    {entrant.title:<24}{number(result.figures[metric.unit][entrant.key], metric):>10}"
                f"{f'±{result.spreads[metric.unit][entrant.key]:.0%}':>9}"
                + (f"{times(ratio):>11}" if ratio else "")
            )
    lines += [f"  {verdict}: {text}" + (f" ({measured})" if measured else "")
              for text, measured, verdict in result.verdicts()]
    if result.disturbed:
        lines.append(f"  disturbed: others used the core while these ran: {', '.join(result.disturbed)}")
    return "\n".join(lines) + "\n"


def markdown(results, versions, rounds, load):
    parts = [
        "# Benchmark results",
        f"`./dev bench` on {datetime.date.today()}: medians of {rounds} rounds, every program alone on one core. "
        "In brackets: arun's figure over this one. Where the unit is a rate, more is better; "
        "where it is time or memory, less.",
        figure_table(results),
        "## What was to be reached",
        goal_table(results),
        "## How it was measured",
        "\n".join(machine(load) + [f"- {line}" for line in dict.fromkeys(versions.values())]),
        NOTES.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def with_tables(readme, results):
    """The README with the tables of RESULTS.md between its marks."""
    begin, end = "<!-- bench:begin -->", "<!-- bench:end -->"
    before, rest = readme.split(begin)
    after = rest.split(end)[1]
    tables = results[results.index("| workload | unit"):results.index("## How it was measured")]
    tables = tables.replace("## What was to be reached", "What was to be reached:").strip()
    return f"{before}{begin}\n\n{tables}\n\n{end}{after}"


NOTES = """
- Spread: half of the rounds lay as near to the median, or nearer; of the contestant for whom it was widest.
- Programs measure themselves, without the interpreter's start; start-up is measured from outside.
- Bytes a task: growth of the process at its peak over what it held before the first task, over the number of tasks.
- C is the limit. For spawn and switch that is Lua's own coroutines, resumed by C without a scheduler; for files,
  blocking calls; for sleepers, entries of an array heap over one `uv_timer_t`; for start-up, an empty libuv loop.
- "Node without await" and "luv without a scheduler" spawn tasks that never suspend: a call that runs to its end.
  Node's own column awaits the argument, luv's resumes new coroutines in the loop's next turn, as asyncio and arun do.
- The HTTP server is nginx, on another core; its own speed bounds what one client can reach, which the CPU time a
  request takes does not show. The asyncio and uvloop columns are aiohttp, Node's is fetch, that of cqueues is lua-http
  on LuaJIT; C is libuv with a parser that knows this one answer.
- The asyncio column is aiofiles for files and the standard library's `json` for JSON.
"""


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figure_table(results):
    rows = []
    for result in results:
        for metric in result.workload.metrics:
            cells = {column: "" for column in COLUMNS}
            others = []
            for entrant in result.entrants:
                text = number(result.figures[metric.unit][entrant.key], metric)
                ratio = result.ratio(metric, entrant.key)
                text = f"{text} ({times(ratio)})" if ratio else f"**{text}**"
                if entrant.column:
                    cells[entrant.column] = text
                else:
                    others.append(f"{entrant.title} {text}")
            widest = max(result.spreads[metric.unit].values())
            rows.append([result.workload.title, metric.unit, *cells.values(), "; ".join(others), f"±{widest:.0%}"])
    return table(["workload", "unit", *COLUMNS, "others", "spread"], rows)


def goal_table(results):
    return table(["workload", "to reach", "measured", ""], [
        [result.workload.title, text, measured, verdict]
        for result in results for text, measured, verdict in result.verdicts()
    ])


def machine(load):
    return [
        f"- {field_of('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, "
        f"{int(field_of('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB of memory, "
        f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}; "
        f"load {load:.1f} when it began",
    ]


def field_of(path, name):
    with open(path) as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return "unknown"
