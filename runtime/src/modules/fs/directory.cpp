#include "modules/fs/directory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lua/args.h"
#include "lua/options.h"
#include "modules/fs/descriptor.h"
#include "modules/fs/permissions.h"
#include "modules/fs/stat.h"
#include "uv/pool_job.h"

namespace arun::modules {
namespace {

// -> array of {name, type}; for walk also device and inode of the directory.
class ListJob final : public uv::PoolJob {
 public:
  ListJob(const char* path, bool follow, bool identity) : PoolJob("list", path), follow_(follow), identity_(identity) {}

 private:
  int work() override {
    OwnedDirectory directory;
    if (int status = open_directory(AT_FDCWD, path(), 0, &directory); status < 0) return status;
    if (fstat(dirfd(directory.get()), &info_) != 0) return -errno;
    if (int status = read_entries(directory.get(), &entries_); status < 0) return status;
    if (follow_) follow_links(dirfd(directory.get()));
    std::sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return 0;
  }

  // A link that leads nowhere stays a link.
  void follow_links(int directory) {
    for (DirectoryEntry& entry : entries_) {
      struct stat info;
      if (entry.type != DT_LNK || fstatat(directory, entry.name.c_str(), &info, 0) != 0) continue;
      entry.type = IFTODT(info.st_mode);
    }
  }

  int results(lua_State* L) override {
    lua_createtable(L, static_cast<int>(entries_.size()), 0);
    lua_Integer index = 0;
    for (const DirectoryEntry& entry : entries_) {
      lua_createtable(L, 0, 2);
      lua_pushlstring(L, entry.name.data(), entry.name.size());
      lua_setfield(L, -2, "name");
      lua_pushstring(L, type_of_entry(entry.type));
      lua_setfield(L, -2, "type");
      lua_rawseti(L, -2, ++index);
    }
    if (!identity_) return 1;
    lua_pushinteger(L, static_cast<lua_Integer>(info_.st_dev));
    lua_pushinteger(L, static_cast<lua_Integer>(info_.st_ino));
    return 3;
  }

  bool follow_;
  bool identity_;
  std::vector<DirectoryEntry> entries_;
  struct stat info_ {};
};

class MkdirJob final : public uv::PoolJob {
 public:
  MkdirJob(const char* path, mode_t mode, bool parents) : PoolJob("mkdir", path), mode_(mode), parents_(parents) {}

 private:
  int work() override {
    if (::mkdir(path(), mode_) == 0) return 0;
    if (!parents_) return -errno;
    if (errno == EEXIST) return is_directory(path()) ? 0 : -EEXIST;
    if (errno != ENOENT) return -errno;
    std::string prefix = path();
    prefix.erase(prefix.find_last_not_of('/') + 1);
    for (std::size_t slash = prefix.find_first_not_of('/'); (slash = prefix.find('/', slash)) != std::string::npos;
         slash = std::min(prefix.find_first_not_of('/', slash), prefix.size())) {
      prefix[slash] = '\0';
      // Parents get the usual permissions, as mkdir(1) -p gives them; somebody else may make one at the same time.
      bool made = ::mkdir(prefix.c_str(), 0777) == 0 || errno == EEXIST;
      if (!made && !is_directory(prefix.c_str())) return -errno;
      prefix[slash] = '/';
    }
    if (::mkdir(path(), mode_) == 0 || (errno == EEXIST && is_directory(path()))) return 0;
    return -errno;
  }

  static bool is_directory(const char* path) {
    int error = errno;
    struct stat info;
    bool result = ::stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    errno = error;
    return result;
  }

  int results(lua_State*) override { return 0; }

  mode_t mode_;
  bool parents_;
};

}  // namespace

int open_directory(int parent, const char* path, int flags, OwnedDirectory* directory) {
  int opened = open_fd_at(parent, path, flags | O_RDONLY | O_DIRECTORY);
  if (opened < 0) return opened;
  OwnedFd fd(opened);
  directory->reset(fdopendir(fd.get()));
  if (*directory == nullptr) return -errno;
  fd.release();
  return 0;
}

int read_entries(DIR* directory, std::vector<DirectoryEntry>* entries) {
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory);
    if (entry == nullptr) return -errno;
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    unsigned char type = entry->d_type;
    struct stat info;
    if (type == DT_UNKNOWN && fstatat(dirfd(directory), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
      type = IFTODT(info.st_mode);
    }
    entries->push_back({entry->d_name, type});
  }
}

int fs_list(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  return uv::run<ListJob>(L, path, false, false);
}

// scan(path, follow): what walk needs. With `follow` a link has the type of what it leads to.
int fs_scan(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  bool follow = lua_toboolean(L, 2) != 0;
  return uv::run<ListJob>(L, path, follow, true);
}

int fs_mkdir(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  lua::check_options(L, 2, {"parents", "mode"});
  bool parents = lua::option_boolean(L, 2, "parents", false);
  int mode = option_permissions(L, 2, 0777);
  return uv::run<MkdirJob>(L, path, static_cast<mode_t>(mode), parents);
}

}  // namespace arun::modules
