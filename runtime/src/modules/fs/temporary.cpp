#include "modules/fs/temporary.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "kernel/open_handles.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "lua/self.h"
#include "lua/userdata.h"
#include "modules/fs/file_box.h"
#include "modules/fs/open_file.h"
#include "modules/fs/remove.h"
#include "modules/fs/unique_name.h"
#include "uv/error.h"

namespace arun::modules {
namespace {

constexpr const char* kMetatable = "arun.TemporaryDirectory";

struct Template {
  const char* directory;
  const char* prefix;
  const char* suffix;
};

// What makes something under a name of its own.
class TemporaryJob : public uv::PoolJob {
 protected:
  TemporaryJob(const char* operation, const Template& parts)
      : PoolJob(operation, parts.directory), prefix_(parts.prefix), suffix_(parts.suffix) {}

  // Calls make(path) with such names; its result.
  template <class Make>
  int make_named(Make make) {
    std::string directory = path();
    if (directory.empty()) return -ENOENT;
    if (directory.back() != '/') directory += '/';
    return make_unique_path(directory + prefix_, suffix_, &made, make);
  }

  std::string made;  // its path

 private:
  std::string prefix_;
  std::string suffix_;
};

class TemporaryFileJob final : public TemporaryJob {
 public:
  TemporaryFileJob(kernel::Kernel& kernel, const Template& parts) : TemporaryJob("temp_file", parts), kernel_(kernel) {}
  ~TemporaryFileJob() override {
    if (fd_.is_open()) unlink(made.c_str());
  }

 private:
  static constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL;

  int work() override {
    int fd = make_named([](const char* candidate) { return open_fd(candidate, kFlags, 0600); });
    if (fd < 0) return fd;
    fd_ = OwnedFd(fd);
    return fstat(fd, &info_) == 0 ? 0 : -errno;
  }

  int results(lua_State* L) override {
    push_file_box(L);
    std::shared_ptr<File> file = make_file(kernel_, std::move(fd_), made.c_str(), kFlags, info_);
    file->make_temporary();
    arm_file(L, std::move(file));
    return 1;
  }

  kernel::Kernel& kernel_;
  OwnedFd fd_;
  struct stat info_ {};
};

struct TemporaryDirectory final : kernel::OpenHandle {
  void describe(std::string* out) const override { *out = "temporary directory " + path; }

  std::string path;
  bool removed = true;    // or not made yet
  std::string failed_at;  // what could not be removed
};

constexpr RemoveJob::How kRemoval{.recursive = true, .missing_ok = true, .to_the_end = true};

TemporaryDirectory* check_directory(lua_State* L, int arg) {
  auto* directory = static_cast<TemporaryDirectory*>(luaL_testudata(L, arg, kMetatable));
  if (directory == nullptr) lua::self_error(L, "temporary directory");
  return directory;
}

int remove_now(lua_State* L, TemporaryDirectory* directory) {
  int status = remove_tree(directory->path, &directory->failed_at, nullptr);
  if (status == 0 || status == -ENOENT) return 0;
  return uv::raise_error(L, status, "remove", directory->failed_at.c_str());
}

// Also __close.
int directory_close(lua_State* L) {
  TemporaryDirectory* directory = check_directory(L, 1);
  if (directory->removed) return 0;
  directory->removed = true;
  directory->note_closed();
  if (!uv::may_suspend(L)) return remove_now(L, directory);
  return uv::run<RemoveJob>(L, directory->path.c_str(), kRemoval);
}

int directory_collected(lua_State* L) {
  auto* directory = static_cast<TemporaryDirectory*>(lua_touserdata(L, 1));
  if (!directory->removed) {
    uv::run_detached(kernel::kernel_of(L), new RemoveJob(directory->path.c_str(), kRemoval));
  }
  return lua::destroy<TemporaryDirectory>(L);
}

int directory_tostring(lua_State* L) {
  lua_pushstring(L, check_directory(L, 1)->path.c_str());
  return 1;
}

int directory_index(lua_State* L) {
  std::string_view name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
  if (name == "path") return directory_tostring(L);
  if (name != "close") return 0;
  lua_pushcfunction(L, directory_close);
  return 1;
}

void fill_metatable(lua_State* L) {
  const luaL_Reg meta[] = {{"__index", directory_index},
                           {"__close", directory_close},
                           {"__gc", directory_collected},
                           {"__tostring", directory_tostring},
                           {nullptr, nullptr}};
  luaL_setfuncs(L, meta, 0);
}

class TemporaryDirectoryJob final : public TemporaryJob {
 public:
  explicit TemporaryDirectoryJob(const Template& parts) : TemporaryJob("temp_dir", parts) {}
  ~TemporaryDirectoryJob() override {
    if (unclaimed_) rmdir(made.c_str());
  }

 private:
  int work() override {
    int status = make_named([](const char* candidate) { return ::mkdir(candidate, 0700) == 0 ? 0 : -errno; });
    unclaimed_ = status == 0;
    return status;
  }

  int results(lua_State* L) override {
    auto* directory = new (lua_newuserdatauv(L, sizeof(TemporaryDirectory), 0)) TemporaryDirectory;
    lua::push_metatable(L, kMetatable, fill_metatable);
    lua_setmetatable(L, -2);
    directory->path = std::move(made);
    directory->removed = unclaimed_ = false;
    directory->note_open(L);
    return 1;
  }

  bool unclaimed_ = false;
};

bool is_name_part(const char* text) {
  return std::string_view(text).find('/') == std::string_view::npos;
}

Template check_template(lua_State* L) {
  lua::check_options(L, 1, {"dir", "prefix", "suffix"});
  const char* system = std::getenv("TMPDIR");
  if (system == nullptr || *system == '\0') system = "/tmp";
  Template parts{lua::option_string(L, 1, "dir", system), lua::option_string(L, 1, "prefix", "arun-"),
                 lua::option_string(L, 1, "suffix", "")};
  if (!is_name_part(parts.prefix) || !is_name_part(parts.suffix)) {
    lua::argument_error(L, 1, "prefix and suffix are parts of a name: no '/'");
  }
  return parts;
}

}  // namespace

int fs_temp_file(lua_State* L) {
  Template parts = check_template(L);
  return uv::run<TemporaryFileJob>(L, kernel::kernel_of(L), parts);
}

int fs_temp_dir(lua_State* L) {
  Template parts = check_template(L);
  return uv::run<TemporaryDirectoryJob>(L, parts);
}

}  // namespace arun::modules
