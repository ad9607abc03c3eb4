#include "modules/modules.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <string>

#include "kernel/kernel.h"
#include "lua/embedded.h"
#include "lua/error.h"
#include "modules/module.h"
#include "stream/natives.h"
#include "uv/error.h"

namespace arun::modules {
namespace {

// The native parts inside the library.
constexpr luaL_Reg kBuiltIn[] = {
    {"arun.native.core", open_core}, {"arun.native.async", open_async},
    {"arun.native.fs", open_fs},     {"arun.native.stream", stream::open_natives},
    {"arun.native.test", open_test},
};

// The native parts that are shared modules of their own, because they need further libraries.
struct SharedModule {
  const char* name;
  const char* packages;  // the Debian packages without which it is not built
};
constexpr SharedModule kShared[] = {
    {"json", "libsimdjson-dev"},
    {"net", "libc-ares-dev"},
    {"tls", "libssl-dev"},
    {"http", "libboost1.81-dev zlib1g-dev libbrotli-dev libzstd-dev libidn2-dev"},
};

constexpr const char* kNativePrefix = "arun.native.";

// The directory of the shared modules: beside this library in an installation, in the build tree beside the program.
bool module_file(const char* name, char* path, size_t size) {
  Dl_info info{};
  link_map* object = nullptr;
  auto* here = reinterpret_cast<void*>(&module_file);
  if (dladdr1(here, &info, reinterpret_cast<void**>(&object), RTLD_DL_LINKMAP) == 0) return false;
  // The linker knows the main program by no name.
  char own[PATH_MAX];
  if (realpath(object->l_name[0] == '\0' ? "/proc/self/exe" : object->l_name, own) == nullptr) return false;
  std::string folder(own, static_cast<size_t>(std::strrchr(own, '/') - own));
  for (const char* relative : {"/arun/modules/", "/../lib/arun/modules/", "/modules/"}) {
    std::string file = folder + relative + name + ".so";
    if (file.size() < size && access(file.c_str(), R_OK) == 0) {
      std::memcpy(path, file.c_str(), file.size() + 1);
      return true;
    }
  }
  return false;
}

// dlopen says in words only why it failed: raises kind "io" when that is for want of file descriptors.
void check_descriptors(lua_State* L, const char* path) {
  lua_pushstring(L, dlerror());
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && (errno == EMFILE || errno == ENFILE)) uv::raise_error(L, -errno, "open", path);
  if (fd >= 0) close(fd);
}

int load_shared(lua_State* L, const SharedModule& module) {
  char path[4096];
  if (!module_file(module.name, path, sizeof path)) {
    return lua::raise(L, "usage", "module 'arun.%s' was not built: install %s and build again", module.name,
                      module.packages);
  }
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) check_descriptors(L, path);
  if (library == nullptr)
    return lua::raise(L, "usage", "module 'arun.%s' does not load: %s", module.name, lua_tostring(L, -1));
  lua_pushfstring(L, "luaopen_arun_native_%s", module.name);
  void* symbol = dlsym(library, lua_tostring(L, -1));
  if (symbol == nullptr) return lua::raise(L, "usage", "%s has no function %s", path, lua_tostring(L, -1));
  lua_pushcfunction(L, reinterpret_cast<lua_CFunction>(symbol));
  lua_pushstring(L, path);
  return 2;
}

// A searcher of package.searchers.
int search(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  if (std::strncmp(name, "arun.", 5) != 0) return 0;
  for (const luaL_Reg& module : kBuiltIn) {
    if (std::strcmp(module.name, name) != 0) continue;
    lua_pushcfunction(L, module.func);
    lua_pushliteral(L, ":arun:");
    return 2;
  }
  if (std::strncmp(name, kNativePrefix, std::strlen(kNativePrefix)) == 0) {
    for (const SharedModule& module : kShared) {
      if (std::strcmp(module.name, name + std::strlen(kNativePrefix)) == 0) return load_shared(L, module);
    }
  }
  if (lua::push_embedded(L, name)) {
    lua_pushliteral(L, ":arun:");
    return 2;
  }
  lua_pushfstring(L, "no module '%s' in arun", name);
  return 1;
}

int current_task_id(lua_State* L) {
  const kernel::Task* task = kernel::kernel_of(L).scheduler.running();
  if (task == nullptr) return 0;
  lua_pushinteger(L, task->id);
  return 1;
}

}  // namespace

void open_modules(lua_State* L) {
  lua_getglobal(L, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "searchers");
  // Second, after package.preload: a file of the same name beside the script cannot stand in for a module of ours.
  for (lua_Integer i = luaL_len(L, -1); i >= 2; --i) {
    lua_rawgeti(L, -1, i);
    lua_rawseti(L, -2, i + 1);
  }
  lua_pushcfunction(L, search);
  lua_rawseti(L, -2, 2);
  lua_pop(L, 2);
  // A `require` in Lua, so that a module's main chunk may await.
  if (!lua::push_embedded(L, "arun.require")) return;
  lua_pushcfunction(L, current_task_id);
  lua_call(L, 1, 1);
  lua_setglobal(L, "require");
}

}  // namespace arun::modules
