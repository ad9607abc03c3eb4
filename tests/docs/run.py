#!/usr/bin/env python3
"""Runs the examples of README.md and docs/*.md (not docs/reference, which is generated).

    ```lua          is run by the program as example.lua in an empty directory, and must exit with 0
    ```lua fails    must exit with 1; its output and its reports on stderr are compared together
    ```lua no-run   is not run
    ```lua test     is a test file, example_test.lua: see the next
    ```lua beside NAME  is a file beside it
    ```console      has commands `$ arun test ...`, each before its output; they are run beside the last test file. All
                    durations are alike
    ```cpp          with `int main` is compiled, linked with the library beside the program, and run; must exit with 0

Where an example has comments `--> text` (in C++ `// --> text`), these are the lines it must print, all of them and
nothing else. Within a line `...` stands for any text, alone for any lines; runs of white space are all alike.

`https://api.example.com` in an example is the origin of tests/servers, if surroundings.py started it.
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HUNG = 60.0
DURATION = re.compile(r"\d+(\.\d+)? m?s\b|(?<= time=\")[\d.]+|(?<=duration_ms: )[\d.]+")


def blocks(page):
    """The fenced blocks of a page: (line number of the first line of code, info string, code)."""
    info, first, code = None, 0, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = re.match(r"```(.*)$", line)
        if fence and info is None:
            info, first, code = fence[1].strip(), number + 1, []
        elif fence:
            yield first, info, "\n".join(code) + "\n"
            info = None
        elif info is not None:
            code.append(line)
    if info is not None:
        raise ValueError(f"{page}:{first - 1}: the block has no end")


def expected_output(code):
    return [found[1] for found in re.finditer(r"-->(?: (.*)|$)", code, re.MULTILINE)]


def plain(line):
    return " ".join((line or "").split())


def matches(expected, lines):
    """Whether the lines are the expected ones; `...` alone takes as many as it can do with."""
    if not expected:
        return not lines
    if plain(expected[0]) == "...":
        return any(matches(expected[1:], lines[skip:]) for skip in range(len(lines) + 1))
    if not lines:
        return False
    pattern = ".*".join(re.escape(part) for part in plain(expected[0]).split("..."))
    return re.fullmatch(pattern, plain(lines[0])) is not None and matches(expected[1:], lines[1:])


def run(command, directory, environment=None):
    return subprocess.run(command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, text=True, timeout=HUNG,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def judge(done, code, exit_code):
    """What is wrong with how an example ended; empty when nothing is."""
    problems = []
    if done.returncode != exit_code:
        problems.append(f"exit code {done.returncode}, expected {exit_code}")
    expected = expected_output(code)
    if expected and not matches(expected, done.stdout.splitlines()):
        problems.append("expected:\n" + "".join(f"    {line or ''}\n" for line in expected).rstrip("\n"))
    if problems:
        problems.append("output:\n" + "".join(f"    {line}\n" for line in done.stdout.splitlines()).rstrip("\n"))
    return "\n".join(problems)


def run_console(text, files, arun):
    """Runs the commands of a block beside these files, and compares what each prints."""
    with tempfile.TemporaryDirectory() as directory:
        for name, content in files.items():
            pathlib.Path(directory, name).write_text(content, encoding="utf-8")
        environment = dict(os.environ, TMPDIR=directory)
        for part in re.split(r"^\$ arun ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            done = run([arun, *shlex.split(command)], directory, environment)
            actual = [DURATION.sub("N ms", line) for line in done.stdout.splitlines()]
            if not matches([DURATION.sub("N ms", line) for line in expected.splitlines()], actual):
                return f"arun {command}\nexpected:\n{expected}output:\n{done.stdout}"
        return ""


def run_lua(code, fails, arun):
    with tempfile.TemporaryDirectory() as directory:
        code = code.replace("https://api.example.com", os.environ.get("ORIGIN", "https://api.example.com"))
        pathlib.Path(directory, "example.lua").write_text(code, encoding="utf-8")
        environment = dict(os.environ, TMPDIR=directory)
        return judge(run([arun, "example.lua"], directory, environment), code, 1 if fails else 0)


def run_cpp(code, arun, compiler):
    library = arun.parent
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "lua5.4", "libuv"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    with tempfile.TemporaryDirectory() as directory:
        source, program = pathlib.Path(directory, "example.cpp"), pathlib.Path(directory, "example")
        source.write_text(code, encoding="utf-8")
        built = run([compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/runtime/include", source,
                     "-o", program, f"-L{library}", f"-Wl,-rpath,{library}", "-larun", *shlex.split(flags), "-pthread"],
                    directory)
        if built.returncode != 0:
            return f"does not compile:\n{built.stdout}"
        return judge(run([program], directory), code, 0)


def beside(info):
    """The name of the file that a block is for the next console, or None."""
    if info == "lua test":
        return "example_test.lua"
    return info.split()[2] if info.startswith("lua beside ") else None


def check(info, code, files, arun, compiler):
    """None for a block that is not run, else what is wrong with it."""
    words = info.split()
    language, marks = (words[0], set(words[1:])) if words else ("", set())
    if language == "console":
        return run_console(code, files, arun)
    if beside(info):
        return None
    if language == "lua":
        if marks - {"fails", "no-run"}:
            return f"unknown mark: {info}"
        return None if "no-run" in marks else run_lua(code, "fails" in marks, arun)
    if language == "cpp" and "int main" in code:
        return run_cpp(code, arun, compiler)
    return None


def main():
    parser = argparse.ArgumentParser(description="Runs the examples of the documentation.")
    parser.add_argument("--arun", type=pathlib.Path, default=ROOT / "build/release/arun", help="the program")
    parser.add_argument("--compiler", default=os.environ.get("CXX", "g++"), help="for the C++ examples")
    parser.add_argument("pages", nargs="*", type=pathlib.Path, help="default: README.md and docs/*.md")
    arguments = parser.parse_args()
    arun = arguments.arun.resolve()
    pages = arguments.pages or [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    passed = failed = 0
    for page in pages:
        files = {}
        for line, info, code in blocks(page):
            if beside(info):
                files[beside(info)] = code
            try:
                problem = check(info, code, files, arun, arguments.compiler)
            except subprocess.TimeoutExpired:
                problem = f"hung for {HUNG:g} s"
            if problem is None:
                continue
            if problem:
                failed += 1
                print(f"FAIL  {os.path.relpath(page, ROOT)}:{line}\n{problem}")
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
