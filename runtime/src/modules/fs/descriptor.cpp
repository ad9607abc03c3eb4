#include "modules/fs/descriptor.h"

#include <fcntl.h>

namespace arun::modules {

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

}  // namespace arun::modules
