// fs.glob: one job that walks as far as the pattern leads.
#include "modules/fs/glob.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "lua/args.h"
#include "modules/fs/directory.h"
#include "modules/fs/glob_pattern.h"
#include "uv/pool_job.h"

namespace arun::modules {
namespace {

class GlobJob final : public uv::PoolJob {
 public:
  explicit GlobJob(const char* pattern) : PoolJob("glob", pattern) {}

 private:
  int work() override {
    // As the system says of a path; it bounds what braces and stars can multiply to.
    if (std::strlen(path()) >= PATH_MAX) return -ENAMETOOLONG;
    std::vector<std::string> alternatives;
    if (!expand_braces(path(), &alternatives)) return -E2BIG;
    for (const std::string& alternative : alternatives) {
      if (alternative.empty()) continue;
      parts_.clear();
      std::size_t from = alternative.find_first_not_of('/');
      std::string start = from == 0 ? "" : "/";
      while (from != std::string::npos && from < alternative.size()) {
        std::size_t slash = std::min(alternative.find('/', from), alternative.size());
        std::string part = alternative.substr(from, slash - from);
        // Two in a row find the same, each path again and again.
        if (part != "**" || parts_.empty() || parts_.back() != part) parts_.push_back(std::move(part));
        from = alternative.find_first_not_of('/', slash);
      }
      only_directories_ = alternative.back() == '/';
      expand(start, 0);
      if (abandoned()) return UV_ECANCELED;
    }
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return 0;
  }

  // Finds what parts_[index...] match below `base`, which is empty or ends with a slash.
  void expand(const std::string& base, std::size_t index) {
    if (abandoned()) return;
    if (index == parts_.size()) return add(base);
    const std::string& part = parts_[index];
    if (part == "**") return expand_deep(base, index);
    if (!has_magic(part)) return go_on(base + unescape(part), index, DT_UNKNOWN);
    for (const DirectoryEntry& entry : entries_of(base)) {
      if (matches(part, entry.name)) go_on(base + entry.name, index, entry.type);
    }
  }

  // `**`: here, or in any directory below that is not hidden; links are not followed, as they may lead in circles.
  void expand_deep(const std::string& base, std::size_t index) {
    bool last = index + 1 == parts_.size();
    if (!last) expand(base, index + 1);
    for (const DirectoryEntry& entry : entries_of(base)) {
      if (entry.name.front() == '.' || abandoned()) continue;
      if (last) go_on(base + entry.name, index, entry.type);
      if (entry.type == DT_DIR) expand_deep(base + entry.name + "/", index);
    }
  }

  // A path matched by the parts up to this one.
  void go_on(const std::string& found, std::size_t index, unsigned char type) {
    if (index + 1 < parts_.size()) {
      if (type == DT_DIR || type == DT_LNK || type == DT_UNKNOWN) expand(found + "/", index + 1);
      return;
    }
    struct stat info;
    if (only_directories_) {
      if (type != DT_DIR && (::stat(found.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))) return;
    } else if (type == DT_UNKNOWN && lstat(found.c_str(), &info) != 0) {
      return;
    }
    add(only_directories_ ? found + "/" : found);
  }

  void add(std::string found) {
    if (!found.empty()) found_.push_back(std::move(found));
  }

  // What cannot be read matches nothing, as in a shell.
  static std::vector<DirectoryEntry> entries_of(const std::string& base) {
    std::vector<DirectoryEntry> entries;
    OwnedDirectory directory;
    if (open_directory(AT_FDCWD, base.empty() ? "." : base.c_str(), 0, &directory) == 0) {
      read_entries(directory.get(), &entries);
    }
    return entries;
  }

  int results(lua_State* L) override {
    lua_createtable(L, static_cast<int>(found_.size()), 0);
    lua_Integer index = 0;
    for (const std::string& found : found_) {
      lua_pushlstring(L, found.data(), found.size());
      lua_rawseti(L, -2, ++index);
    }
    return 1;
  }

  std::vector<std::string> parts_;
  bool only_directories_ = false;
  std::vector<std::string> found_;
};

}  // namespace

int fs_glob(lua_State* L) {
  const char* pattern = lua::check_path(L, 1);
  return uv::run<GlobJob>(L, pattern);
}

}  // namespace arun::modules
