#include "modules/fs/remove.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <vector>

#include "lua/args.h"
#include "lua/options.h"
#include "modules/fs/directory.h"
#include "uv/error.h"

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
        status = enter(dirfd(current_.get()), name);
        if (status == -ENOENT) status = 0;  // somebody else was faster
      }
      if (status < 0) return status;
    }
    return 0;
  }

  std::string where() const {
    std::string path;
    for (const Level& level : levels_) {
      path += level.name;
      if (path.back() != '/') path += '/';
    }
    path += at_;
    if (path.empty()) return root_;
    if (at_.empty() && path.size() > 1) path.pop_back();
    return path;
  }

 private:
  // Goes down into the directory, and removes the files in it.
  int enter(int parent, const std::string& name) {
    at_ = name;
    OwnedDirectory directory;
    if (int status = open_directory(parent, name.c_str(), O_NOFOLLOW, &directory); status < 0) return status;
    struct stat info;
    if (fstat(dirfd(directory.get()), &info) != 0) return -errno;
    std::vector<DirectoryEntry> entries;
    if (int status = read_entries(directory.get(), &entries); status < 0) return status;
    current_ = std::move(directory);
    levels_.push_back({name, info.st_dev, info.st_ino, {}});
    for (DirectoryEntry& entry : entries) {
      at_ = std::move(entry.name);
      if (entry.type == DT_DIR) {
        levels_.back().left.push_back(std::move(at_));
      } else if (unlinkat(dirfd(current_.get()), at_.c_str(), 0) != 0 && errno != ENOENT) {
        return -errno;
      }
    }
    at_.clear();
    return 0;
  }

  // "." and ".." cannot be removed themselves: better not to begin with what is in them, as rm(1) does not either.
  bool leads_up() const {
    std::string_view path = root_;
    path = path.substr(0, path.find_last_not_of('/') + 1);
    if (path.empty()) return !root_.empty();
    std::string_view last = path.substr(path.rfind('/') + 1);
    return last == "." || last == "..";
  }

  // Removes the directory, which is empty by now, from the one above.
  int ascend() {
    Level done = std::move(levels_.back());
    levels_.pop_back();
    at_ = done.name;
    if (levels_.empty()) {
      current_.reset();
      return rmdir(root_.c_str()) == 0 ? 0 : -errno;
    }
    OwnedDirectory above;
    if (int status = open_directory(dirfd(current_.get()), "..", 0, &above); status < 0) return status;
    current_ = std::move(above);
    int fd = dirfd(current_.get());
    struct stat info;
    if (fstat(fd, &info) != 0) return -errno;
    if (info.st_dev != levels_.back().device || info.st_ino != levels_.back().inode) return -EAGAIN;
    return unlinkat(fd, done.name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -errno;
  }

  const std::string& root_;
  const std::atomic<bool>* stop_;
  OwnedDirectory current_;
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

int RemoveJob::work() {
  int status = 0;
  if (how_.recursive) {
    status = remove_tree(path(), &failed_at_, abandoned_flag());
  } else if (::remove(path()) != 0) {
    status = -errno;
  }
  return status == -ENOENT && how_.missing_ok ? 0 : status;
}

int RemoveJob::failed(lua_State* L) {
  return uv::raise_error(L, status(), operation(), failed_at_.empty() ? path() : failed_at_.c_str());
}

int fs_remove(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  lua::check_options(L, 2, {"recursive", "missing_ok"});
  RemoveJob::How how;
  how.recursive = lua::option_boolean(L, 2, "recursive", false);
  how.missing_ok = lua::option_boolean(L, 2, "missing_ok", false);
  return uv::run<RemoveJob>(L, path, how);
}

}  // namespace arun::modules
