// fs.open
#include "modules/fs/open_file.h"

#include <fcntl.h>

#include <algorithm>
#include <string_view>

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
    if (armed()) {
      kernel.timers.remove(this);
      --kernel.outside_waits;
    }
    return PoolJob::cancel(kernel);
  }

  void expired() override {
    --kernel_.outside_waits;
    start(kernel_);
  }

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
    ++kernel.outside_waits;
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

// The flags of an io.open mode such as "r+b"; raises kind "usage" for other strings.
int check_mode(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return O_RDONLY;
  std::string_view mode = lua::check_string(L, arg);
  const char kind = mode.empty() ? '\0' : mode[0];
  bool valid = kind == 'r' || kind == 'w' || kind == 'a' || kind == 'x';
  bool update = false;
  bool exclusive = kind == 'x';
  bool binary = false;
  for (std::size_t i = 1; i < mode.size() && valid; ++i) {
    bool* flag = mode[i] == '+'                  ? &update
                 : mode[i] == 'b'                ? &binary
                 : mode[i] == 'x' && kind != 'r' ? &exclusive
                                                 : nullptr;
    valid = flag != nullptr && !*flag;
    if (valid) *flag = true;
  }
  if (!valid) {
    lua::argument_error(L, arg, lua_pushfstring(L, "mode is r, w or a, then +, b or x: got '%s'", mode.data()));
  }
  int flags = update ? O_RDWR : kind == 'r' ? O_RDONLY : O_WRONLY;
  if (kind != 'r') flags |= O_CREAT;
  if (kind == 'w') flags |= O_TRUNC;
  if (kind == 'a') flags |= O_APPEND;
  if (exclusive) flags |= O_EXCL;
  return flags;
}

}  // namespace

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

int fs_open(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  int flags = check_mode(L, 2);
  return uv::run<OpenJob>(L, kernel::kernel_of(L), path, flags);
}

}  // namespace arun::modules
