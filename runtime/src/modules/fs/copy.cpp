// fs.copy
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "lua/args.h"
#include "modules/fs/atomic_file.h"
#include "modules/fs/path_pair_job.h"
#include "modules/fs/whole_file.h"

namespace arun::modules {
namespace {

// Like write_file it replaces the target as a whole, so that a copy broken off leaves nothing half done.
class CopyJob final : public PathPairJob {
 public:
  CopyJob(const char* from, const char* to) : PathPairJob("copy", from, to) {}

 private:
  int work() override {
    int opened = open_fd(path(), O_RDONLY);
    if (opened < 0) return opened;
    OwnedFd source(opened);
    struct stat info;
    if (fstat(opened, &info) != 0) return -errno;
    if (S_ISDIR(info.st_mode)) return -EISDIR;
    if (!S_ISREG(info.st_mode)) return -EINVAL;
    struct stat old;
    if (::stat(to(), &old) == 0 && old.st_dev == info.st_dev && old.st_ino == info.st_ino) return 0;
    AtomicFile target;
    // Without the bits that let it run as its owner, who may be somebody else than the copy's.
    if (int status = target.begin(to(), static_cast<int>(info.st_mode & 0777)); status < 0) return status;
    if (int status = copy_data(opened, target.fd()); status < 0) return status;
    return target.commit(false);
  }

  int copy_data(int from, int to) {
    constexpr std::size_t kPiece = 16 * 1024 * 1024;
    bool any = false;
    for (;;) {
      if (abandoned()) return UV_ECANCELED;
      ssize_t count = copy_file_range(from, nullptr, to, nullptr, kPiece, 0);
      if (count < 0 && errno == EINTR) continue;
      // Between some file systems it does not work at all, and of files in /proc it copies nothing.
      if (count < 0 || (count == 0 && !any)) return copy_by_hand(from, to);
      if (count == 0) return 0;
      any = true;
    }
  }

  int copy_by_hand(int from, int to) {
    constexpr std::size_t kPiece = 256 * 1024;
    auto buffer = std::make_unique<char[]>(kPiece);
    for (;;) {
      if (abandoned()) return UV_ECANCELED;
      ssize_t count = ::read(from, buffer.get(), kPiece);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return -errno;
      if (count == 0) return 0;
      if (int status = write_all(to, buffer.get(), static_cast<std::size_t>(count)); status < 0) return status;
    }
  }
};

}  // namespace

int fs_copy(lua_State* L) {
  const char* from = lua::check_path(L, 1);
  const char* to = lua::check_path(L, 2);
  return uv::run<CopyJob>(L, from, to);
}

}  // namespace arun::modules
