#include "modules/fs/stat.h"

#include <cerrno>

#include "lua/args.h"
#include "uv/pool_job.h"

namespace arun::modules {
namespace {

class StatJob final : public uv::PoolJob {
 public:
  StatJob(const char* operation, const char* path, bool follow, bool exists)
      : PoolJob(operation, path), follow_(follow), exists_(exists) {}

 private:
  int work() override {
    int result = follow_ ? ::stat(path(), &info_) : ::lstat(path(), &info_);
    return result == 0 ? 0 : -errno;
  }

  int results(lua_State* L) override {
    if (exists_) {
      lua_pushboolean(L, 1);
    } else {
      push_stat(L, info_);
    }
    return 1;
  }

  // That there is no such thing is an answer; that one may not look is not.
  int failed(lua_State* L) override {
    if (!exists_ || (status() != UV_ENOENT && status() != UV_ENOTDIR && status() != UV_ELOOP))
      return PoolJob::failed(L);
    lua_pushboolean(L, 0);
    return 1;
  }

  bool follow_;
  bool exists_;
  struct stat info_ {};
};

int start(lua_State* L, const char* operation, bool follow, bool exists) {
  const char* path = lua::check_path(L, 1);
  return uv::run<StatJob>(L, operation, path, follow, exists);
}

void set_integer(lua_State* L, const char* field, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, field);
}

void set_time(lua_State* L, const char* field, const timespec& time) {
  lua_pushnumber(L, static_cast<lua_Number>(time.tv_sec) + static_cast<lua_Number>(time.tv_nsec) / 1e9);
  lua_setfield(L, -2, field);
}

}  // namespace

const char* type_of_entry(unsigned char d_type) {
  switch (d_type) {
    case DT_REG:
      return "file";
    case DT_DIR:
      return "directory";
    case DT_LNK:
      return "link";
    case DT_FIFO:
      return "fifo";
    case DT_SOCK:
      return "socket";
    case DT_CHR:
      return "char";
    case DT_BLK:
      return "block";
    default:
      return "unknown";
  }
}

void push_stat(lua_State* L, const struct stat& info) {
  lua_createtable(L, 0, 14);
  lua_pushstring(L, type_of_entry(IFTODT(info.st_mode)));
  lua_setfield(L, -2, "type");
  set_integer(L, "size", info.st_size);
  set_integer(L, "mode", info.st_mode & 07777);
  set_integer(L, "uid", info.st_uid);
  set_integer(L, "gid", info.st_gid);
  set_integer(L, "ino", static_cast<lua_Integer>(info.st_ino));
  set_integer(L, "dev", static_cast<lua_Integer>(info.st_dev));
  set_integer(L, "nlink", static_cast<lua_Integer>(info.st_nlink));
  set_integer(L, "blocks", info.st_blocks);
  set_integer(L, "blksize", info.st_blksize);
  set_time(L, "mtime", info.st_mtim);
  set_time(L, "atime", info.st_atim);
  set_time(L, "ctime", info.st_ctim);
}

int fs_stat(lua_State* L) {
  return start(L, "stat", true, false);
}

int fs_lstat(lua_State* L) {
  return start(L, "lstat", false, false);
}

int fs_exists(lua_State* L) {
  return start(L, "stat", true, true);
}

}  // namespace arun::modules
