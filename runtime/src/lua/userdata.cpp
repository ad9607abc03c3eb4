#include "lua/userdata.h"

namespace arun::lua {

void push_metatable(lua_State* L, const char* name, void (*fill)(lua_State* L)) {
  if (luaL_getmetatable(L, name) != LUA_TNIL) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  fill(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, name);
}

}  // namespace arun::lua
