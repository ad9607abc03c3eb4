// arun.native.fs: files, directories and what happens to them.
#include <lua.hpp>

#include "modules/module.h"

namespace arun::modules {

int open_fs(lua_State* L) {
  const luaL_Reg functions[] = {{nullptr, nullptr}};
  luaL_newlib(L, functions);
  return 1;
}

}  // namespace arun::modules
