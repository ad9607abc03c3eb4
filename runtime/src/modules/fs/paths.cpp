#include "modules/fs/paths.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "lua/args.h"
#include "modules/fs/path_pair_job.h"
#include "modules/fs/permissions.h"

namespace arun::modules {
namespace {

// rename(2), link(2), symlink(2).
class TwoPathJob final : public PathPairJob {
 public:
  using Call = int (*)(const char*, const char*);
  TwoPathJob(const char* operation, Call call, const char* from, const char* to)
      : PathPairJob(operation, from, to), call_(call) {}

 private:
  int work() override { return call_(path(), to()) == 0 ? 0 : -errno; }

  Call call_;
};

int start_two(lua_State* L, const char* operation, TwoPathJob::Call call) {
  const char* from = lua::check_path(L, 1);
  const char* to = lua::check_path(L, 2);
  return uv::run<TwoPathJob>(L, operation, call, from, to);
}

// readlink(2), realpath(3): a path gives a path.
class PathJob final : public uv::PoolJob {
 public:
  using Call = int (*)(const char* path, std::string* result);
  PathJob(const char* operation, Call call, const char* path) : PoolJob(operation, path), call_(call) {}

 private:
  int work() override { return call_(path(), &result_); }
  int results(lua_State* L) override {
    lua_pushlstring(L, result_.data(), result_.size());
    return 1;
  }

  Call call_;
  std::string result_;
};

int start_path(lua_State* L, const char* operation, PathJob::Call call) {
  const char* path = lua::check_path(L, 1);
  return uv::run<PathJob>(L, operation, call, path);
}

int read_link(const char* path, std::string* result) {
  char target[PATH_MAX];
  ssize_t length = readlink(path, target, sizeof target);
  if (length < 0) return -errno;
  result->assign(target, static_cast<std::size_t>(length));
  return 0;
}

int resolve(const char* path, std::string* result) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  std::unique_ptr<char, Free> resolved(realpath(path, nullptr));
  if (resolved == nullptr) return -errno;
  *result = resolved.get();
  return 0;
}

class ChmodJob final : public uv::PoolJob {
 public:
  ChmodJob(const char* path, mode_t mode) : PoolJob("chmod", path), mode_(mode) {}

 private:
  int work() override { return ::chmod(path(), mode_) == 0 ? 0 : -errno; }
  int results(lua_State*) override { return 0; }

  mode_t mode_;
};

class UtimeJob final : public uv::PoolJob {
 public:
  UtimeJob(const char* path, timespec access, timespec modification)
      : PoolJob("utime", path), times_{access, modification} {}

 private:
  int work() override { return utimensat(AT_FDCWD, path(), times_, 0) == 0 ? 0 : -errno; }
  int results(lua_State*) override { return 0; }

  timespec times_[2];
};

// Absent: the present time.
timespec check_time(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return {0, UTIME_NOW};
  lua_Number time = lua::check_number(L, arg);
  constexpr lua_Number kLatest = 9.0e15;
  if (!(std::fabs(time) <= kLatest)) lua::argument_error(L, arg, "time is out of range");
  lua_Number seconds = std::floor(time);
  auto nanoseconds = static_cast<long>(std::lround((time - seconds) * 1e9));
  constexpr long kSecond = 1'000'000'000;
  return {static_cast<time_t>(seconds) + nanoseconds / kSecond, nanoseconds % kSecond};
}

}  // namespace

int fs_rename(lua_State* L) {
  return start_two(L, "rename", ::rename);
}

int fs_link(lua_State* L) {
  return start_two(L, "link", ::link);
}

int fs_symlink(lua_State* L) {
  return start_two(L, "symlink", ::symlink);
}

int fs_readlink(lua_State* L) {
  return start_path(L, "readlink", read_link);
}

int fs_realpath(lua_State* L) {
  return start_path(L, "realpath", resolve);
}

int fs_chmod(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  mode_t mode = check_permissions(L, 2);
  return uv::run<ChmodJob>(L, path, mode);
}

int fs_utime(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  timespec access = check_time(L, 2);
  timespec modification = check_time(L, 3);
  return uv::run<UtimeJob>(L, path, access, modification);
}

// Asks no disk, hence no pool.
int fs_current_dir(lua_State* L) {
  char path[PATH_MAX];
  if (getcwd(path, sizeof path) == nullptr) return uv::raise_error(L, -errno, "current_dir", nullptr);
  lua_pushstring(L, path);
  return 1;
}

}  // namespace arun::modules
