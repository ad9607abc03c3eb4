#include "modules/fs/temporary.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <new>
#include <string>

#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "lua/self.h"
#include "modules/fs/atomic_file.h"
#include "modules/fs/directory.h"
#include "modules/fs/file_box.h"
#include "modules/fs/open_file.h"
#include "uv/error.h"

namespace arun::modules {
namespace {

constexpr const char* kMetatable = "arun.TemporaryDirectory";

// DIRECTORY/PREFIXxxxxxxxxxxSUFFIX, until `make` finds one that does not exist. Gives make's result, a negated errno
// when that fails.
template <class Make>
int make_unique_path(const std::string& directory, const std::string& prefix, const std::string& suffix,
                     std::string* path, Make make) {
  constexpr int kTries = 100;
  constexpr std::size_t kRandom = 10;
  int result = -EEXIST;
  for (int i = 0; i < kTries && result == -EEXIST; ++i) {
    char name[kRandom];
    random_name(name, kRandom);
    *path = directory + "/" + prefix + std::string(name, kRandom) + suffix;
    result = make(path->c_str());
  }
  return result;
}

struct Template {
  const char* directory;
  const char* prefix;
  const char* suffix;
};

class TemporaryFileJob final : public uv::PoolJob {
 public:
  TemporaryFileJob(kernel::Kernel& kernel, const Template& parts)
      : PoolJob("temp_file", parts.directory), kernel_(kernel), prefix_(parts.prefix), suffix_(parts.suffix) {}
  ~TemporaryFileJob() override {
    if (fd_.is_open()) unlink(file_path_.c_str());
  }

 private:
  static constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL;

  int work() override {
    int fd = make_unique_path(path(), prefix_, suffix_, &file_path_,
                              [](const char* candidate) { return open_fd(candidate, kFlags, 0600); });
    if (fd < 0) return fd;
    fd_ = OwnedFd(fd);
    return fstat(fd, &info_) == 0 ? 0 : -errno;
  }

  int results(lua_State* L) override {
    push_file_box(L);
    std::shared_ptr<File> file = make_file(kernel_, std::move(fd_), file_path_.c_str(), kFlags, info_);
    file->make_temporary();
    arm_file(L, std::move(file));
    return 1;
  }

  kernel::Kernel& kernel_;
  std::string prefix_;
  std::string suffix_;
  std::string file_path_;
  OwnedFd fd_;
  struct stat info_ {};
};

struct TemporaryDirectory {
  std::string path;
  bool removed = true;  // or not made yet
};

int remove_quietly(const std::string& path, std::string* failed) {
  int status = remove_tree(path, failed, nullptr);
  return status == -ENOENT ? 0 : status;
}

class RemoveDirectoryJob final : public uv::PoolJob {
 public:
  explicit RemoveDirectoryJob(const char* path) : PoolJob("remove", path) {}

 private:
  int work() override { return remove_quietly(path(), &failed_at_); }
  int results(lua_State*) override { return 0; }
  int failed(lua_State* L) override { return uv::raise_error(L, status(), operation(), failed_at_.c_str()); }
  bool must_run() const override { return true; }

  std::string failed_at_;
};

TemporaryDirectory* check_directory(lua_State* L, int arg) {
  auto* directory = static_cast<TemporaryDirectory*>(luaL_testudata(L, arg, kMetatable));
  if (directory == nullptr) lua::self_error(L, "temporary directory");
  return directory;
}

// Raises outside of any C++ frame with something to destroy.
int remove_now(lua_State* L, TemporaryDirectory* directory) {
  int status = 0;
  {
    std::string failed_at;
    status = remove_quietly(directory->path, &failed_at);
    if (status < 0) directory->path = std::move(failed_at);
  }
  return status < 0 ? uv::raise_error(L, status, "remove", directory->path.c_str()) : 0;
}

// Also __close.
int directory_close(lua_State* L) {
  TemporaryDirectory* directory = check_directory(L, 1);
  if (directory->removed) return 0;
  directory->removed = true;
  if (!uv::may_suspend(L)) return remove_now(L, directory);
  kernel::Task* task = kernel::begin_suspend(L);
  return uv::run(L, task, new RemoveDirectoryJob(directory->path.c_str()));
}

int directory_collected(lua_State* L) {
  auto* directory = static_cast<TemporaryDirectory*>(lua_touserdata(L, 1));
  if (!directory->removed) {
    uv::run_detached(kernel::kernel_of(L), new RemoveDirectoryJob(directory->path.c_str()));
  }
  directory->removed = true;
  directory->~TemporaryDirectory();
  new (directory) TemporaryDirectory;
  return 0;
}

int directory_tostring(lua_State* L) {
  lua_pushstring(L, check_directory(L, 1)->path.c_str());
  return 1;
}

int directory_index(lua_State* L) {
  const char* key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
  std::string_view name = key;
  if (name == "path") return directory_tostring(L);
  if (name != "close") return 0;
  lua_pushcfunction(L, directory_close);
  return 1;
}

void push_directory(lua_State* L) {
  new (lua_newuserdatauv(L, sizeof(TemporaryDirectory), 0)) TemporaryDirectory;
  if (luaL_newmetatable(L, kMetatable)) {
    const luaL_Reg meta[] = {{"__index", directory_index},
                             {"__close", directory_close},
                             {"__gc", directory_collected},
                             {"__tostring", directory_tostring},
                             {nullptr, nullptr}};
    luaL_setfuncs(L, meta, 0);
  }
  lua_setmetatable(L, -2);
}

class TemporaryDirectoryJob final : public uv::PoolJob {
 public:
  explicit TemporaryDirectoryJob(const Template& parts)
      : PoolJob("temp_dir", parts.directory), prefix_(parts.prefix), suffix_(parts.suffix) {}
  ~TemporaryDirectoryJob() override {
    if (made_) rmdir(directory_path_.c_str());
  }

 private:
  int work() override {
    int status = make_unique_path(path(), prefix_, suffix_, &directory_path_,
                                  [](const char* candidate) { return ::mkdir(candidate, 0700) == 0 ? 0 : -errno; });
    made_ = status == 0;
    return status;
  }

  int results(lua_State* L) override {
    push_directory(L);
    auto* directory = static_cast<TemporaryDirectory*>(lua_touserdata(L, -1));
    directory->path = std::move(directory_path_);
    directory->removed = false;
    made_ = false;
    return 1;
  }

  std::string prefix_;
  std::string suffix_;
  std::string directory_path_;
  bool made_ = false;
};

bool is_name_part(const char* text) {
  return std::string_view(text).find('/') == std::string_view::npos;
}

// `buffer` takes the system's directory for such things, where the options name none.
Template check_template(lua_State* L, char* buffer, std::size_t size) {
  lua::check_options(L, 1, {"dir", "prefix", "suffix"});
  Template parts{lua::option_string(L, 1, "dir", nullptr), lua::option_string(L, 1, "prefix", "arun-"),
                 lua::option_string(L, 1, "suffix", "")};
  if (!is_name_part(parts.prefix) || !is_name_part(parts.suffix)) {
    lua::argument_error(L, 1, "prefix and suffix are parts of a name: no '/'");
  }
  if (parts.directory == nullptr) {
    int status = uv_os_tmpdir(buffer, &size);
    if (status < 0) uv::raise_error(L, status, "temp_dir", nullptr);
    parts.directory = buffer;
  }
  return parts;
}

}  // namespace

int fs_temp_file(lua_State* L) {
  char buffer[PATH_MAX];
  Template parts = check_template(L, buffer, sizeof buffer);
  kernel::Task* task = kernel::begin_suspend(L);
  return uv::run(L, task, new TemporaryFileJob(kernel::kernel_of(L), parts));
}

int fs_temp_dir(lua_State* L) {
  char buffer[PATH_MAX];
  Template parts = check_template(L, buffer, sizeof buffer);
  kernel::Task* task = kernel::begin_suspend(L);
  return uv::run(L, task, new TemporaryDirectoryJob(parts));
}

}  // namespace arun::modules
