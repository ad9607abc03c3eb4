#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "modules/fs/directory.h"
#include "modules/fs/open_file.h"

namespace arun::modules {
namespace {

// A directory on the way down. Only the lowest is open; the way back up goes by "..", and is checked by identity, so
// that nobody who moves things about meanwhile can lead it elsewhere.
struct Level {
  std::string name;  // in the directory above
  dev_t device;
  ino_t inode;
  std::vector<std::string> left;  // sub-directories still to be removed
};

class TreeRemoval {
 public:
  TreeRemoval(const std::string& root, const std::atomic<bool>* stop) : root_(root), stop_(stop) {}

  int run() {
    if (leads_up()) return -EINVAL;
    if (unlink(root_.c_str()) == 0) return 0;
    if (errno != EISDIR && errno != EPERM) return -errno;
    struct stat info;
    if (lstat(root_.c_str(), &info) != 0) return -errno;
    if (!S_ISDIR(info.st_mode)) return -EPERM;
    if (int status = enter(AT_FDCWD, root_); status < 0) return status;
    while (!levels_.empty()) {
      if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) return -ECANCELED;
      Level& level = levels_.back();
      int status = 0;
      if (level.left.empty()) {
        status = ascend();
      } else {
        std::string name = std::move(level.left.back());
        level.left.pop_back();
        status = enter(current_.get(), name);
      }
      if (status < 0) return status;
    }
    return 0;
  }

  std::string where() const {
    std::string path;
    for (const Level& level : levels_) path += level.name + "/";
    path += at_;
    if (path.empty()) return root_;
    if (path.back() == '/' && path.size() > 1) path.pop_back();
    return path;
  }

 private:
  // Goes down into the directory, and removes the files in it.
  int enter(int parent, const std::string& name) {
    at_ = name;
    int opened = open_fd_at(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (opened < 0) return opened;
    OwnedFd fd(opened);
    struct stat info;
    if (fstat(fd.get(), &info) != 0) return -errno;
    OwnedDirectory directory(fdopendir(dup_for_reading(fd.get())));
    if (directory == nullptr) return -errno;
    std::vector<DirectoryEntry> entries;
    if (int status = read_entries(directory.get(), &entries); status < 0) return status;
    directory.reset();
    current_ = std::move(fd);
    levels_.push_back({name, info.st_dev, info.st_ino, {}});
    for (DirectoryEntry& entry : entries) {
      at_ = std::move(entry.name);
      if (entry.type == DT_DIR) {
        levels_.back().left.push_back(std::move(at_));
      } else if (unlinkat(current_.get(), at_.c_str(), 0) != 0 && errno != ENOENT) {
        return -errno;
      }
    }
    at_.clear();
    return 0;
  }

  // "." and ".." cannot be removed themselves: better not to begin with what is in them, as rm(1) does not either.
  bool leads_up() const {
    std::size_t end = root_.find_last_not_of('/');
    if (end == std::string::npos) return !root_.empty();
    std::size_t slash = root_.rfind('/', end);
    std::string last =
        root_.substr(slash == std::string::npos ? 0 : slash + 1, slash == std::string::npos ? end + 1 : end - slash);
    return last == "." || last == "..";
  }

  static int dup_for_reading(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 0); }

  // Removes the directory, which is empty by now, from the one above.
  int ascend() {
    Level done = std::move(levels_.back());
    levels_.pop_back();
    at_ = done.name;
    if (levels_.empty()) {
      current_.close();
      return rmdir(root_.c_str()) == 0 ? 0 : -errno;
    }
    int opened = open_fd_at(current_.get(), "..", O_RDONLY | O_DIRECTORY);
    if (opened < 0) return opened;
    current_ = OwnedFd(opened);
    struct stat info;
    if (fstat(opened, &info) != 0) return -errno;
    if (info.st_dev != levels_.back().device || info.st_ino != levels_.back().inode) return -EAGAIN;
    return unlinkat(opened, done.name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -errno;
  }

  const std::string& root_;
  const std::atomic<bool>* stop_;
  OwnedFd current_;
  std::vector<Level> levels_;
  std::string at_;  // what is being worked on, in the lowest level
};

}  // namespace

int remove_tree(const std::string& path, std::string* failed, const std::atomic<bool>* stop) {
  TreeRemoval removal(path, stop);
  int status = removal.run();
  if (status < 0) *failed = removal.where();
  return status;
}

}  // namespace arun::modules
