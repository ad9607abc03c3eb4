#include "modules/test/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "lua/args.h"
#include "uv/error.h"

namespace arun::modules {
namespace {

int close_channel(lua_State* L) {
  auto* stream = static_cast<luaL_Stream*>(luaL_checkudata(L, 1, LUA_FILEHANDLE));
  return luaL_fileresult(L, std::fclose(stream->f) == 0 ? 1 : 0, nullptr);
}

}  // namespace

int open_channel(lua_State* L) {
  int fd = static_cast<int>(lua::check_integer(L, 1));
  auto* stream = static_cast<luaL_Stream*>(lua_newuserdatauv(L, sizeof(luaL_Stream), 0));
  stream->closef = nullptr;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  if (fd == STDOUT_FILENO) {
    std::fflush(stdout);
    fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    if (fd < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return uv::raise_error(L, -errno, "dup", nullptr);
  } else if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
    return uv::raise_error(L, -errno, "channel", nullptr);
  }
  stream->f = fdopen(fd, "w");
  if (stream->f == nullptr) return uv::raise_error(L, -errno, "channel", nullptr);
  stream->closef = close_channel;
  return 1;
}

int is_terminal(lua_State* L) {
  lua_pushboolean(L, isatty(static_cast<int>(lua::check_integer(L, 1))));
  return 1;
}

int change_directory(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  if (chdir(path) != 0) return uv::raise_error(L, -errno, "chdir", path);
  return 0;
}

int count_descriptors(lua_State* L) {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return uv::raise_error(L, -errno, "list", "/proc/self/fd");
  lua_Integer count = -1;  // the directory's own
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') ++count;
  }
  closedir(directory);
  lua_pushinteger(L, count);
  return 1;
}

int end_with_parent(lua_State*) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return 0;
}

}  // namespace arun::modules
