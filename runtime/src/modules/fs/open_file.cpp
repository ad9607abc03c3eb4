// fs.open
#include "modules/fs/open_file.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>

#include "kernel/timers.h"
#include "lua/args.h"
#include "modules/fs/file_box.h"

namespace arun::modules {
namespace {

// Opens in the pool. A FIFO without a reader cannot be opened for writing: a blocking open would keep a pool thread
// until one comes, so this one asks again now and then.
class OpenJob final : public uv::PoolJob, public kernel::Timer {
 public:
  OpenJob(kernel::Kernel& kernel, const char* path, int flags)
      : PoolJob("open", path), kernel_(kernel), flags_(flags) {}

  CancelResult cancel(kernel::Kernel& kernel) override {
    if (armed()) kernel.timers.remove(this);
    return PoolJob::cancel(kernel);
  }

  void expired() override { start(kernel_); }

 private:
  static constexpr kernel::Nanoseconds kFirstDelay = 1'000'000;
  static constexpr kernel::Nanoseconds kLongestDelay = 32'000'000;

  int work() override {
    int fd = open_fd(path(), flags_);
    if (fd < 0) {
      no_reader_ = fd == -ENXIO && ::stat(path(), &info_) == 0 && S_ISFIFO(info_.st_mode);
      return fd;
    }
    fd_ = OwnedFd(fd);
    if (fstat(fd, &info_) != 0) return -errno;
    return S_ISDIR(info_.st_mode) ? -EISDIR : 0;
  }

  void worked(kernel::Kernel& kernel) override {
    if (!no_reader_ || task == nullptr) return PoolJob::worked(kernel);
    no_reader_ = false;
    kernel.timers.add(this, kernel.timers.now() + delay_);
    delay_ = std::min(2 * delay_, kLongestDelay);
  }

  int results(lua_State* L) override {
    push_file_box(L);
    arm_file(L, make_file(kernel_, std::move(fd_), path(), flags_, info_));
    return 1;
  }

  kernel::Kernel& kernel_;
  int flags_;
  bool no_reader_ = false;
  kernel::Nanoseconds delay_ = kFirstDelay;
  OwnedFd fd_;
  struct stat info_ {};
};

}  // namespace

int open_fd_at(int directory, const char* name, int flags, mode_t mode) {
  for (;;) {
    int fd = openat(directory, name, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode);
    if (fd >= 0) return fd;
    // A lease that another process holds on a regular file: there is nothing to do but wait for it.
    if (errno == EWOULDBLOCK) fd = openat(directory, name, flags | O_CLOEXEC | O_NOCTTY, mode);
    if (fd >= 0) return fd;
    if (errno != EINTR) return -errno;
  }
}

int open_fd(const char* path, int flags, mode_t mode) {
  return open_fd_at(AT_FDCWD, path, flags, mode);
}

std::shared_ptr<File> make_file(kernel::Kernel& kernel, OwnedFd fd, const char* path, int flags,
                                const struct stat& info) {
  bool waits = !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode) && !S_ISBLK(info.st_mode);
  auto file = std::make_shared<File>(kernel, std::move(fd), path, waits, S_ISFIFO(info.st_mode));
  file->set_writable((flags & O_ACCMODE) != O_RDONLY);
  // A small file is read with one buffer of its size, and the byte that tells the end.
  if (S_ISREG(info.st_mode) && info.st_size > 0 && static_cast<std::size_t>(info.st_size) < File::kFirstFill) {
    file->next_fill = static_cast<std::size_t>(info.st_size) + 1;
  }
  return file;
}

int check_mode(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return O_RDONLY;
  const char* mode = lua_type(L, arg) == LUA_TSTRING ? lua_tostring(L, arg) : lua::check_string(L, arg).data();
  const char kind = *mode;
  bool valid = kind != '\0' && std::strchr("rwax", kind) != nullptr;
  bool update = false;
  bool exclusive = kind == 'x';
  bool binary = false;
  for (const char* c = valid ? mode + 1 : ""; *c != '\0'; ++c) {
    bool* flag = *c == '+' ? &update : *c == 'b' ? &binary : *c == 'x' && kind != 'r' ? &exclusive : nullptr;
    if (flag == nullptr || *flag) valid = false;
    if (flag != nullptr) *flag = true;
  }
  if (!valid) {
    lua::argument_error(L, arg, lua_pushfstring(L, "mode is r, w or a, then +, b or x: got '%s'", mode));
  }
  int flags = update ? O_RDWR : kind == 'r' ? O_RDONLY : O_WRONLY;
  if (kind != 'r') flags |= O_CREAT;
  if (kind == 'w') flags |= O_TRUNC;
  if (kind == 'a') flags |= O_APPEND;
  if (exclusive) flags |= O_EXCL;
  return flags;
}

int fs_open(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  int flags = check_mode(L, 2);
  kernel::Task* task = kernel::begin_suspend(L);
  return uv::run(L, task, new OpenJob(kernel::kernel_of(L), path, flags));
}

}  // namespace arun::modules
