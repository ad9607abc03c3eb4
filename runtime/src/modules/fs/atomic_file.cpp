#include "modules/fs/atomic_file.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <cerrno>

#include "modules/fs/unique_name.h"

namespace arun::modules {

// Puts the place the path leads to into directory_ and name_. realpath(3) would do, but that the target of a link need
// not exist yet.
int AtomicFile::find_target(std::string path) {
  constexpr int kMostLinks = 40;  // as many as the system follows
  char link[PATH_MAX];
  for (int links = 0;; ++links) {
    std::size_t name = path.rfind('/') + 1;  // npos + 1 = 0
    ssize_t length = readlink(path.c_str(), link, sizeof link);
    if (length < 0) {
      if (errno != EINVAL && errno != ENOENT) return -errno;
      name_ = path.substr(name);
      path.resize(name);
      if (name_.empty()) return path.empty() ? -ENOENT : -EISDIR;
      int opened = open_fd(path.empty() ? "." : path.c_str(), O_PATH | O_DIRECTORY);
      directory_ = OwnedFd(opened);
      return opened < 0 ? opened : 0;
    }
    if (length == sizeof link) return -ENAMETOOLONG;
    if (links == kMostLinks) return -ELOOP;
    path.resize(link[0] == '/' ? 0 : name);
    path.append(link, static_cast<std::size_t>(length));
  }
}

int AtomicFile::create(mode_t mode) {
  std::string path;
  int fd = make_unique_path(".arun-", ".tmp", &path, [&](const char* candidate) {
    return open_fd_at(directory_.get(), candidate, O_WRONLY | O_CREAT | O_EXCL, mode);
  });
  if (fd < 0) return fd;
  fd_ = OwnedFd(fd);
  temporary_ = std::move(path);
  return 0;
}

// Gives the temporary file the owner and the group of the old one, as far as that is allowed, and the permissions that
// go with them: those meant for an owner or a group that it has not are not for others.
mode_t AtomicFile::take_over(const struct stat& old) const {
  mode_t bits = old.st_mode & 07777;
  if (fchown(fd(), old.st_uid, old.st_gid) != 0) {
    bits &= ~static_cast<mode_t>(S_ISUID);
    if (fchown(fd(), static_cast<uid_t>(-1), old.st_gid) != 0) {
      mode_t everybody = bits & S_IRWXO;
      bits = (bits & ~static_cast<mode_t>(S_ISGID | S_IRWXG)) | (bits & (everybody << 3));
    }
  }
  return bits;
}

int AtomicFile::begin(const char* path, int mode) {
  struct stat old {};
  bool exists = ::stat(path, &old) == 0;
  if (!exists && errno != ENOENT) return -errno;
  if (exists && S_ISDIR(old.st_mode)) return -EISDIR;
  if (exists && !S_ISREG(old.st_mode)) {
    special_ = true;
    return -EINVAL;
  }
  // Renaming asks for no right to the file itself. Who may not write it is not to replace it either.
  if (exists && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0) return -errno;
  if (int status = find_target(path); status < 0) return status;
  // Nobody else reads what is to be private, not even while it has its temporary name.
  bool inherits = !exists && mode == kKeepMode;
  if (int status = create(inherits ? 0666 : 0600); status < 0) return status;
  mode_ = mode;
  if (!exists) return 0;
  mode_t kept = take_over(old);
  if (mode == kKeepMode) mode_ = static_cast<int>(kept);
  return 0;
}

int AtomicFile::commit(bool sync) {
  // Only now: a change of the owner and, but for root, every write takes the set-user-id bit away.
  if (mode_ != kKeepMode && fchmod(fd(), static_cast<mode_t>(mode_)) != 0) return -errno;
  OwnedFd directory;
  if (sync) {
    if (fsync(fd()) != 0) return -errno;
    int opened = open_fd_at(directory_.get(), ".", O_RDONLY | O_DIRECTORY);
    if (opened < 0) return opened;
    directory = OwnedFd(opened);
  }
  // Some file systems say only now that the data found no room.
  if (int status = fd_.close(); status < 0) return status;
  if (renameat(directory_.get(), temporary_.c_str(), directory_.get(), name_.c_str()) != 0) return -errno;
  temporary_.clear();
  return !sync || fsync(directory.get()) == 0 ? 0 : -errno;
}

void AtomicFile::discard() {
  if (!temporary_.empty()) unlinkat(directory_.get(), temporary_.c_str(), 0);
  temporary_.clear();
}

}  // namespace arun::modules
