// Replaces a file as a whole: written beside it under another name, then renamed over it. Until commit() succeeded,
// the old file is untouched; without it the temporary one is removed. All of it for a pool thread.
#pragma once

#include <sys/stat.h>

#include <string>

#include "modules/fs/descriptor.h"

namespace arun::modules {

class AtomicFile {
 public:
  AtomicFile() = default;
  ~AtomicFile() { discard(); }
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  static constexpr int kKeepMode = -1;

  // Finds what the path leads to, through symbolic links, and makes the temporary file. `mode` are the permissions the
  // file is to have; kKeepMode: those it has, for a new file what the umask leaves of rw-rw-rw-. A status; UV_EINVAL
  // with special() when the path is something that cannot be replaced (a device, a FIFO): it is to be written in place.
  int begin(const char* path, int mode);
  bool special() const { return special_; }

  int fd() const { return fd_.get(); }

  // Makes it the file. With `sync` it and its name are on the disk afterwards. A status.
  int commit(bool sync);
  // Removes the temporary file, unless it was committed; again: nothing. Another thread may be writing to fd().
  void discard();

 private:
  int find_target(std::string path);
  int create(mode_t mode);
  mode_t take_over(const struct stat& old) const;

  OwnedFd fd_;
  bool special_ = false;
  OwnedFd directory_;  // of both names: it may be moved meanwhile
  std::string name_;
  std::string temporary_;  // empty = there is none
  int mode_ = kKeepMode;   // it is to have when it is complete
};

}  // namespace arun::modules
