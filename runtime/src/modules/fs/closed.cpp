#include "modules/fs/closed.h"

#include "lua/error.h"

namespace arun::modules {

int raise_closed(lua_State* L, const char* path) {
  lua::push_error(L, "closed", "%s", lua_tostring(L, -1));
  lua_pushstring(L, path);
  lua_setfield(L, -2, "path");
  lua_error(L);
  __builtin_unreachable();
}

}  // namespace arun::modules
