// f:seek, f:sync, f:truncate, f:stat, f:close.
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "lua/args.h"
#include "lua/error.h"
#include "modules/fs/file_box.h"
#include "modules/fs/stat.h"
#include "uv/error.h"

namespace arun::modules {
namespace {

class SeekOperation final : public FileOperation {
 public:
  SeekOperation(std::shared_ptr<File> file, int whence, std::int64_t offset)
      : FileOperation(std::move(file), "seek", Lane::other), whence_(whence), offset_(offset) {}

 private:
  int work() override {
    position_ = file().seek(whence_, offset_);
    return position_ < 0 ? static_cast<int>(position_) : 0;
  }
  int results(lua_State* L) override {
    lua_pushinteger(L, position_);
    return 1;
  }

  int whence_;
  std::int64_t offset_;
  std::int64_t position_ = 0;
};

class SyncOperation final : public FileOperation {
 public:
  explicit SyncOperation(std::shared_ptr<File> file) : FileOperation(std::move(file), "sync", Lane::other) {}

 private:
  int work() override { return fsync(file().fd()) == 0 ? 0 : -errno; }
  int results(lua_State* L) override {
    lua_pushvalue(L, 1);
    return 1;
  }
};

class TruncateOperation final : public FileOperation {
 public:
  static constexpr std::int64_t kHere = -1;

  TruncateOperation(std::shared_ptr<File> file, std::int64_t size)
      : FileOperation(std::move(file), "truncate", Lane::other), size_(size) {}

 private:
  int work() override {
    if (int status = file().drop_buffer(); status < 0) return status;
    off_t size = size_ == kHere ? lseek(file().fd(), 0, SEEK_CUR) : size_;
    return size >= 0 && ftruncate(file().fd(), size) == 0 ? 0 : -errno;
  }
  int results(lua_State* L) override {
    lua_pushvalue(L, 1);
    return 1;
  }

  std::int64_t size_;
};

class StatOperation final : public FileOperation {
 public:
  explicit StatOperation(std::shared_ptr<File> file) : FileOperation(std::move(file), "stat", Lane::other) {}

 private:
  int work() override { return fstat(file().fd(), &info_) == 0 ? 0 : -errno; }
  int results(lua_State* L) override {
    push_stat(L, info_);
    return 1;
  }

  struct stat info_ {};
};

int check_whence(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return SEEK_CUR;
  const char* whence = lua_type(L, arg) == LUA_TSTRING ? lua_tostring(L, arg) : "";
  if (std::strcmp(whence, "set") == 0) return SEEK_SET;
  if (std::strcmp(whence, "cur") == 0) return SEEK_CUR;
  if (std::strcmp(whence, "end") == 0) return SEEK_END;
  return lua::argument_error(L, arg, R"("set", "cur" or "end" expected)");
}

}  // namespace

int file_seek(lua_State* L) {
  const std::shared_ptr<File>& file = check_file(L, 1);
  int whence = check_whence(L, 2);
  lua_Integer offset = lua::optional_integer(L, 3, 0);
  // From the beginning or the current position it is arithmetic in the system, which asks no disk.
  if (whence != SEEK_END && file->idle()) {
    std::int64_t position = file->seek(whence, offset);
    if (position < 0) return uv::raise_error(L, static_cast<int>(position), "seek", file->path());
    lua_pushinteger(L, position);
    return 1;
  }
  return submit<SeekOperation>(L, file, whence, offset);
}

int file_sync(lua_State* L) {
  const std::shared_ptr<File>& file = check_file(L, 1);
  return submit<SyncOperation>(L, file);
}

int file_truncate(lua_State* L) {
  const std::shared_ptr<File>& file = check_file(L, 1);
  lua_Integer size = lua::optional_integer(L, 2, TruncateOperation::kHere);
  if (size < 0 && !lua_isnoneornil(L, 2)) lua::argument_error(L, 2, "size is negative");
  return submit<TruncateOperation>(L, file, size);
}

int file_stat(lua_State* L) {
  const std::shared_ptr<File>& file = check_file(L, 1);
  return submit<StatOperation>(L, file);
}

// Also __close. What was written is closed in the pool, where the system may take its time and say what went wrong;
// what was only read, and what a task closes that cannot wait any more, is closed on the spot.
int file_close(lua_State* L) {
  const std::shared_ptr<File>& file = check_any_file(L, 1);
  if (file->closed()) return 0;
  if (!file->writable() || !uv::may_suspend(L)) {
    file->close(nullptr);
    return 0;
  }
  kernel::Task* task = kernel::begin_suspend(L);
  auto* operation = new CloseOperation(file);
  file->close(operation);
  return kernel::suspend(L, task, operation);
}

}  // namespace arun::modules
