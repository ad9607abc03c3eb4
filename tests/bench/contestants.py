"""Who takes part: arun and its peers, how each is found, built and started."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = HERE / "peers"
BUILT = ROOT / "build" / "bench"

# By full path: another python3 or node first in PATH would be another peer than Debian's.
PYTHON = "/usr/bin/python3"
NODE = "/usr/bin/node"
LUA = "lua5.4"
LUAJIT = "luajit"  # Debian's lua-http knows Lua 5.1 and 5.2, and is fastest here

GCC = ["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-I/usr/include/lua5.4"]
# Each compiler's command up to the output's path.
COMPILERS = {".c": GCC, ".go": ["go", "build"]}


@dataclass(frozen=True)
class Contestant:
    key: str
    title: str
    source: str  # of its programs, with {} for the name of the workload's
    interpreter: str  # empty if the programs are compiled
    probe: list  # a command that fails if something is missing, and else prints the version first
    remedy: str  # what to do when it fails
    column: str = ""  # where its figures stand in RESULTS.md; nowhere of its own if empty
    flags: tuple = ()  # put after the workload's arguments
    linked: tuple = ()  # what follows the source in the compiler's command

    def version(self):
        """What the probe says, or None."""
        try:
            answer = subprocess.run(self.probe, capture_output=True, text=True, env=environment(), timeout=60)
        except OSError:
            return None
        return answer.stdout.partition("\n")[0].strip() if answer.returncode == 0 else None

    def prepare(self, program):
        """The command that runs a program; compiles it first if need be."""
        source = HERE / self.source.format(program)
        return [self.interpreter, str(source)] if self.interpreter else [compile_program(source, self.linked)]


def environment(**more):
    """What every program runs in: modules are found, whatever the machine's own settings are."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LUA_PATH_")}
    # Debian's modules for Node, wherever node itself is from.
    return {**env, "LUA_PATH": f"{PEERS}/?.lua;;", "NODE_PATH": "/usr/share/nodejs", **more}


def compile_program(source, linked=()):
    """The path of what was made from the source."""
    BUILT.mkdir(parents=True, exist_ok=True)
    target = BUILT / source.name.replace(".", "_")
    subprocess.run([*COMPILERS[source.suffix], "-o", target, source, *linked], check=True)
    return str(target)


def apt(packages):
    return f"apt-get install {packages}"


PYTHON_PROBE = [PYTHON, "-c", "import platform; print('CPython', platform.python_version())"]
UVLOOP_PROBE = [PYTHON, "-c", "import uvloop; print('uvloop', uvloop.__version__)"]
AIOFILES_PROBE = [PYTHON, "-c", "import aiofiles, importlib.metadata as m; print('aiofiles', m.version('aiofiles'))"]
NODE_PROBE = [NODE, "-p", "'Node ' + process.version"]
LUV_PROBE = [LUA, "-e", "print('luv on libuv ' .. require 'luv'.version_string())"]
CQUEUES_PROBE = [LUA, "-e", "print('cqueues ' .. require 'cqueues'.VERSION)"]
CJSON_PROBE = [LUA, "-e", "require 'luv' print('lua-cjson ' .. require 'cjson'._VERSION)"]
AIOHTTP_PROBE = [PYTHON, "-c", "import aiohttp; print('aiohttp', aiohttp.__version__)"]
AIOHTTP_UVLOOP_PROBE = [PYTHON, "-c", "import aiohttp, uvloop; print('uvloop', uvloop.__version__)"]
UNDICI_PROBE = [NODE, "-p", "'undici ' + require('undici/package.json').version"]
LUAHTTP_PROBE = [LUAJIT, "-e", "require 'http.request' "
                               "print('lua-http ' .. require 'http.version'.version .. ', ' .. jit.version)"]
CURL_PROBE = ["sh", "-c", f"{' '.join(GCC)} -fsyntax-only -x c -include curl/curl.h /dev/null && curl-config --version"]
C_PROBE = ["sh", "-c", f"{' '.join(GCC)} -fsyntax-only -x c -include uv.h -include lua.h /dev/null && gcc --version"]

PYTHON_SOURCE = "peers/{}_python.py"
C_REMEDY = apt("gcc libc6-dev libuv1-dev liblua5.4-dev")
C_LINKED = ("-luv", "-llua5.4")

ALL_PEERS = [
    Contestant("asyncio", "asyncio", PYTHON_SOURCE, PYTHON, PYTHON_PROBE, apt("python3"), "asyncio"),
    Contestant("uvloop", "uvloop", PYTHON_SOURCE, PYTHON, UVLOOP_PROBE, apt("python3-uvloop"), "uvloop",
               flags=("--uvloop",)),
    Contestant("aiofiles", "aiofiles", PYTHON_SOURCE, PYTHON, AIOFILES_PROBE, apt("python3-aiofiles"), "asyncio"),
    Contestant("python", "Python's json", PYTHON_SOURCE, PYTHON, PYTHON_PROBE, apt("python3"), "asyncio"),
    Contestant("node", "Node", "peers/{}.js", NODE, NODE_PROBE, apt("nodejs"), "Node"),
    Contestant("node_plain", "Node without await", "peers/{}.js", NODE, NODE_PROBE, apt("nodejs"),
               flags=("--plain",)),
    Contestant("luv", "luv", "peers/{}_luv.lua", LUA, LUV_PROBE, apt("lua5.4 lua-luv"), "luv"),
    Contestant("luv_plain", "luv without a scheduler", "peers/{}_luv.lua", LUA, LUV_PROBE, apt("lua5.4 lua-luv"),
               flags=("--plain",)),
    Contestant("cqueues", "cqueues", "peers/{}_cqueues.lua", LUA, CQUEUES_PROBE, apt("lua5.4 lua-cqueues"),
               "cqueues"),
    Contestant("cjson", "lua-cjson", "peers/{}_cjson.lua", LUA, CJSON_PROBE, apt("lua5.4 lua-cjson lua-luv")),
    Contestant("lua", "lua5.4", "arun/{}.lua", LUA, [LUA, "-v"], apt("lua5.4")),
    Contestant("aiohttp", "aiohttp", "peers/{}_aiohttp.py", PYTHON, AIOHTTP_PROBE, apt("python3-aiohttp"), "asyncio"),
    Contestant("aiohttp_uvloop", "aiohttp on uvloop", "peers/{}_aiohttp.py", PYTHON, AIOHTTP_UVLOOP_PROBE,
               apt("python3-aiohttp python3-uvloop"), "uvloop", flags=("--uvloop",)),
    Contestant("node_agent", "Node's http.Agent", "peers/{}_agent.js", NODE, NODE_PROBE, apt("nodejs")),
    Contestant("undici", "undici", "peers/{}_undici.js", NODE, UNDICI_PROBE, apt("nodejs node-undici")),
    Contestant("luahttp", "lua-http", "peers/{}_luahttp.lua", LUAJIT, LUAHTTP_PROBE, apt("luajit lua-http"), "cqueues"),
    Contestant("go", "Go", "peers/{}.go", "", ["go", "version"], apt("golang-go"), "Go",
               linked=(PEERS / "stopwatch.go",)),
    Contestant("c", "C", "peers/{}.c", "", C_PROBE, C_REMEDY, "C", linked=C_LINKED),
    Contestant("c_uv", "C on libuv's pool", "peers/{}_uv.c", "", C_PROBE, C_REMEDY, linked=C_LINKED),
    Contestant("curl", "libcurl", "peers/{}_curl.c", "", CURL_PROBE,
               apt("gcc libc6-dev libuv1-dev libcurl4-openssl-dev"), linked=("-luv", "-lcurl")),
]


def arun(program):
    return Contestant("arun", "arun", "arun/{}.lua", program, [program, "--version"], "./dev build", "arun")
