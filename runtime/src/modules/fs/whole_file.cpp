// fs.read_file, fs.write_file, fs.append_file. Each is one job. A path that turns out to be no regular file, so that
// reading or writing it may wait for somebody else, is handed back to the Lua part, which goes by a file handle.
#include "modules/fs/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "lua/args.h"
#include "lua/options.h"
#include "modules/fs/atomic_file.h"
#include "modules/fs/file_box.h"
#include "modules/fs/open_file.h"
#include "modules/fs/permissions.h"

namespace arun::modules {
namespace {

// -> content, or nil and an open file.
class ReadFileJob final : public uv::PoolJob {
 public:
  ReadFileJob(kernel::Kernel& kernel, const char* path) : PoolJob("open", path), kernel_(kernel) {}

 private:
  int work() override {
    int fd = open_fd(path(), O_RDONLY);
    if (fd < 0) return fd;
    fd_ = OwnedFd(fd);
    set_operation("read");
    if (fstat(fd, &info_) != 0) return -errno;
    if (S_ISDIR(info_.st_mode)) return -EISDIR;
    if (!S_ISREG(info_.st_mode) && !S_ISBLK(info_.st_mode)) return 0;
    regular_ = true;
    int status = read_all();
    fd_.close();
    return status;
  }

  // By the size that the file claims, and one byte more, so that one call both reads it and sees its end. Files of
  // /proc claim to be empty: then as long as there is more.
  int read_all() {
    constexpr std::size_t kUnknown = 4096;
    std::size_t next = info_.st_size > 0 ? static_cast<std::size_t>(info_.st_size) + 1 : kUnknown;
    for (;;) {
      content_.reserve(next);
      std::size_t room = std::min(content_.room_size(), kPiece);
      ssize_t got = ::read(fd_.get(), content_.room(), room);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return -errno;
      content_.added(static_cast<std::size_t>(got));
      if (got == 0) return 0;
      // Short of what was asked for: at the end, if that is where the file said it is.
      if (info_.st_size > 0 && static_cast<std::size_t>(got) < room &&
          content_.size() == static_cast<std::size_t>(info_.st_size)) {
        return 0;
      }
      if (abandoned()) return UV_ECANCELED;
      next = content_.room_size() > 0 ? 1 : kUnknown;
    }
  }

  int results(lua_State* L) override {
    if (regular_) {
      lua_pushlstring(L, content_.data(), content_.size());
      return 1;
    }
    lua_pushnil(L);
    push_file_box(L);
    arm_file(L, make_file(kernel_, std::move(fd_), path(), O_RDONLY, info_));
    return 2;
  }

  // Between two pieces it looks whether the content is still wanted.
  static constexpr std::size_t kPiece = 16 * 1024 * 1024;

  kernel::Kernel& kernel_;
  OwnedFd fd_;
  struct stat info_ {};
  bool regular_ = false;
  ReadBuffer content_;
};

// Writes `data` to fd, looking between pieces whether that is still wanted.
template <class Wanted>
int write_pieces(int fd, const std::string& data, Wanted wanted) {
  constexpr std::size_t kPiece = 16 * 1024 * 1024;
  for (std::size_t done = 0; done < data.size(); done += kPiece) {
    if (!wanted()) return UV_ECANCELED;
    if (int status = write_all(fd, data.data() + done, std::min(kPiece, data.size() - done)); status < 0) return status;
  }
  return wanted() ? 0 : UV_ECANCELED;
}

// -> true when it is done, false when the path is no regular file.
class WriteFileJob final : public uv::PoolJob {
 public:
  WriteFileJob(const char* path, const char* data, std::size_t size, int mode, bool sync)
      : PoolJob("write", path), data_(data, size), mode_(mode), sync_(sync) {}

 private:
  int work() override {
    AtomicFile file;
    int status = file.begin(path(), mode_);
    if (file.special()) return 0;
    if (status < 0) return status;
    if (status = write_pieces(file.fd(), data_, [this] { return !abandoned(); }); status < 0) return status;
    status = file.commit(sync_);
    done_ = status == 0;
    return status;
  }

  int results(lua_State* L) override {
    lua_pushboolean(L, done_);
    return 1;
  }

  std::string data_;
  int mode_;
  bool sync_;
  bool done_ = false;
};

// -> true when it is done, false when the path is no regular file.
class AppendFileJob final : public uv::PoolJob {
 public:
  AppendFileJob(const char* path, const char* data, std::size_t size, bool sync)
      : PoolJob("append", path), data_(data, size), sync_(sync) {}

 private:
  int work() override {
    int fd = open_fd(path(), O_WRONLY | O_APPEND | O_CREAT);
    struct stat info {};
    if (fd == -ENXIO && ::stat(path(), &info) == 0 && S_ISFIFO(info.st_mode)) return 0;
    if (fd < 0) return fd;
    OwnedFd file(fd);
    if (fstat(fd, &info) != 0) return -errno;
    if (!S_ISREG(info.st_mode)) return 0;
    if (int status = write_all(fd, data_.data(), data_.size()); status < 0) return status;
    if (sync_ && fsync(fd) != 0) return -errno;
    if (int status = file.close(); status < 0) return status;
    done_ = true;
    return 0;
  }

  int results(lua_State* L) override {
    lua_pushboolean(L, done_);
    return 1;
  }

  std::string data_;
  bool sync_;
  bool done_ = false;
};

}  // namespace

int fs_read_file(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  return uv::run<ReadFileJob>(L, kernel::kernel_of(L), path);
}

int fs_write_file(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  std::string_view data = lua::check_string(L, 2);
  lua::check_options(L, 3, {"sync", "mode"});
  bool sync = lua::option_boolean(L, 3, "sync", false);
  int mode = option_permissions(L, 3, AtomicFile::kKeepMode);
  return uv::run<WriteFileJob>(L, path, data.data(), data.size(), mode, sync);
}

int fs_append_file(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  std::string_view data = lua::check_string(L, 2);
  lua::check_options(L, 3, {"sync"});
  bool sync = lua::option_boolean(L, 3, "sync", false);
  return uv::run<AppendFileJob>(L, path, data.data(), data.size(), sync);
}

}  // namespace arun::modules
