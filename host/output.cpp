#include "output.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <initializer_list>
#include <lua.hpp>

#include "lua/error.h"

namespace arun::host {
namespace {

bool broken = false;

int raise_broken_pipe(lua_State* L) {
  broken = true;
  lua::push_error(L, "io", "write to standard output: broken pipe (EPIPE)");
  lua_pushliteral(L, "EPIPE");
  lua_setfield(L, -2, "code");
  return lua_error(L);
}

int print(lua_State* L) {
  int count = lua_gettop(L);
  bool written = true;
  for (int i = 1; i <= count; ++i) {
    size_t length = 0;
    const char* text = luaL_tolstring(L, i, &length);
    if (i > 1) written = std::fputc('\t', stdout) != EOF && written;
    written = std::fwrite(text, 1, length, stdout) == length && written;
    lua_pop(L, 1);
  }
  written = std::fputc('\n', stdout) != EOF && written;
  if ((std::fflush(stdout) != 0 || !written) && errno == EPIPE) return raise_broken_pipe(L);
  return 0;
}

// A write or flush function of io, upvalue 1 the original: its failure is raised when it is this pipe's.
int write(lua_State* L) {
  int arguments = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, arguments, LUA_MULTRET);
  if (lua_isnil(L, 1) && lua_tointeger(L, 3) == EPIPE && std::ferror(stdout) != 0) return raise_broken_pipe(L);
  return lua_gettop(L);
}

void wrap_write(lua_State* L, int table) {
  for (const char* name : {"write", "flush"}) {
    lua_getfield(L, table, name);
    lua_pushcclosure(L, write, 1);
    lua_setfield(L, table, name);
  }
}

}  // namespace

void watch_output(lua_State* L) {
  // A write to a pipe that nobody reads and one beyond the limit for file sizes are errors, not the end. By handlers,
  // for what is ignored stays so in the programs that a script starts.
  struct sigaction action {};
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART;
  sigaction(SIGPIPE, &action, nullptr);
  sigaction(SIGXFSZ, &action, nullptr);
  lua_register(L, "print", print);
  lua_getglobal(L, LUA_IOLIBNAME);
  wrap_write(L, lua_gettop(L));
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_getfield(L, -1, "__index");
  wrap_write(L, lua_gettop(L));
  lua_pop(L, 3);
}

bool output_broken() {
  return broken;
}

void open_standard_descriptors() {
  // The lowest free descriptor is the one that is missing.
  while (true) {
    int fd = open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO) close(fd);
    if (fd < 0 || fd > STDERR_FILENO) return;
  }
}

bool finish_output() {
  bool failed = std::ferror(stdout) != 0;
  if (std::fflush(stdout) != 0) {
    failed = true;
    if (errno == EPIPE) broken = true;
  }
  if (broken) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  if (failed) std::fputs("arun: standard output could not be written\n", stderr);
  return !failed;
}

}  // namespace arun::host
