#include "modules/fs/atomic_file.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>

#include "modules/fs/open_file.h"

namespace arun::modules {

int write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    ssize_t count = ::write(fd, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    data += count;
    size -= static_cast<std::size_t>(count);
  }
  return 0;
}

void random_name(char* name, std::size_t length) {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz012345";
  for (std::size_t done = 0; done < length;) {
    ssize_t count = getrandom(name + done, length - done, 0);
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  for (std::size_t i = 0; i < length; ++i) name[i] = kLetters[static_cast<unsigned char>(name[i]) % 32];
}

// realpath(3) would do, but that the target of a link need not exist yet.
int AtomicFile::find_target(const char* path) {
  constexpr int kMostLinks = 40;  // as many as the system follows
  target_ = path;
  char link[PATH_MAX];
  for (int links = 0; links <= kMostLinks; ++links) {
    ssize_t length = readlink(target_.c_str(), link, sizeof link);
    if (length < 0) return errno == EINVAL || errno == ENOENT ? 0 : -errno;
    if (length == sizeof link) return -ENAMETOOLONG;
    std::size_t slash = target_.rfind('/');
    if (link[0] == '/' || slash == std::string::npos) {
      target_.clear();
    } else {
      target_.resize(slash + 1);
    }
    target_.append(link, static_cast<std::size_t>(length));
  }
  return -ELOOP;
}

int AtomicFile::create(mode_t mode) {
  constexpr int kTries = 100;
  constexpr std::size_t kRandom = 10;
  std::size_t slash = target_.rfind('/');
  std::string directory = slash == std::string::npos ? "" : target_.substr(0, slash + 1);
  char name[kRandom];
  for (int i = 0; i < kTries; ++i) {
    random_name(name, kRandom);
    std::string candidate = directory + ".arun-" + std::string(name, kRandom) + ".tmp";
    int fd = open_fd(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode);
    if (fd >= 0) {
      fd_ = OwnedFd(fd);
      temporary_ = std::move(candidate);
      return 0;
    }
    if (fd != -EEXIST) return fd;
  }
  return -EEXIST;
}

int AtomicFile::begin(const char* path, int mode) {
  if (int status = find_target(path); status < 0) return status;
  struct stat old {};
  bool exists = ::stat(target_.c_str(), &old) == 0;
  if (!exists && errno != ENOENT) return -errno;
  if (exists && S_ISDIR(old.st_mode)) return -EISDIR;
  if (exists && !S_ISREG(old.st_mode)) {
    special_ = true;
    return -EINVAL;
  }
  if (target_.empty() || target_.back() == '/') return exists ? -ENOTDIR : target_.empty() ? -ENOENT : -EISDIR;
  // Nobody else reads what is to be private, not even while it has its temporary name.
  bool inherits = !exists && mode == kKeepMode;
  if (int status = create(inherits ? 0666 : 0600); status < 0) return status;
  if (inherits) return 0;
  // The owner first: changing it takes the set-user-id bit away. Only root can; others keep what they may.
  if (exists && (old.st_uid != geteuid() || old.st_gid != getegid())) {
    if (fchown(fd(), old.st_uid, old.st_gid) != 0 && errno != EPERM) return -errno;
  }
  mode_t bits = mode == kKeepMode ? old.st_mode & 07777 : static_cast<mode_t>(mode);
  return fchmod(fd(), bits) == 0 ? 0 : -errno;
}

int AtomicFile::commit(bool sync) {
  if (sync && fsync(fd()) != 0) return -errno;
  // Some file systems say only now that the data found no room.
  if (int status = fd_.close(); status < 0) return status;
  if (rename(temporary_.c_str(), target_.c_str()) != 0) return -errno;
  temporary_.clear();
  if (!sync) return 0;
  std::size_t slash = target_.rfind('/');
  std::string directory = slash == std::string::npos ? "." : target_.substr(0, slash + 1);
  int opened = open_fd(directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (opened < 0) return opened;
  OwnedFd fd(opened);
  return fsync(fd.get()) == 0 ? 0 : -errno;
}

void AtomicFile::discard() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  temporary_.clear();
}

}  // namespace arun::modules
