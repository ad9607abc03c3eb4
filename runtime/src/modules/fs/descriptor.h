// File descriptors: with one owner, opened and written to as everywhere here.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>

namespace arun::modules {

class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd() { close(); }
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  // It has another owner from now on.
  void release() { fd_ = -1; }

  // close(2)'s result as a status. Never again for EINTR: on Linux the descriptor is gone by then.
  int close() {
    if (fd_ < 0) return 0;
    int result = ::close(std::exchange(fd_, -1));
    return result == 0 || errno == EINTR ? 0 : -errno;
  }

 private:
  int fd_ = -1;
};

// open(2) that waits for nobody, sets close-on-exec, never makes a terminal the controlling one, and is repeated when
// a signal breaks it off. Gives the descriptor or a status.
int open_fd(const char* path, int flags, mode_t mode = 0666);
// The same, relative to a directory.
int open_fd_at(int directory, const char* name, int flags, mode_t mode = 0666);

// Writes all of it; a status.
int write_all(int fd, const char* data, std::size_t size);

}  // namespace arun::modules
