#include "lua/function_name.h"

#include <cstring>

namespace arun::lua {
namespace {

bool has_prefix(lua_State* L, int index) {
  return lua_type(L, index) == LUA_TSTRING && std::strncmp(lua_tostring(L, index), "arun.", 5) == 0;
}

// Pushes the methods of the objects whose metatable is at this index: what `__index` is, or has as its first upvalue.
void push_methods(lua_State* L, int metatable) {
  metatable = lua_absindex(L, metatable);
  lua_pushliteral(L, "__index");
  if (lua_rawget(L, metatable) == LUA_TFUNCTION && lua_getupvalue(L, -1, 1) != nullptr) lua_remove(L, -2);
}

// Pushes the name that one of arun's tables among the values of the container has for the function: modules in
// package.loaded, metatables in the registry.
bool push_name_among(lua_State* L, int container, int function) {
  int top = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, container) != 0) {
    if (has_prefix(L, -2) && lua_istable(L, -1)) {
      push_methods(L, -1);
      if (push_key_of(L, -2, function) || (lua_istable(L, -1) && push_key_of(L, -1, function))) {
        lua_replace(L, top + 1);
        lua_settop(L, top + 1);
        return true;
      }
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  return false;
}

}  // namespace

bool push_key_of(lua_State* L, int table, int function) {
  table = lua_absindex(L, table);
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    bool found = lua_rawequal(L, -1, function) && lua_type(L, -2) == LUA_TSTRING &&
                 std::strncmp(lua_tostring(L, -2), "__", 2) != 0;
    lua_pop(L, 1);
    if (found) return true;
  }
  return false;
}

bool push_library_name(lua_State* L, int function) {
  function = lua_absindex(L, function);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  int loaded = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, loaded) != 0) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1) && push_key_of(L, -1, function)) {
      const char* library = lua_tostring(L, -3);
      if (std::strcmp(library, LUA_GNAME) != 0) lua_pushfstring(L, "%s.%s", library, lua_tostring(L, -1));
      lua_replace(L, loaded);
      lua_settop(L, loaded);
      return true;
    }
    lua_pop(L, 1);
  }
  lua_settop(L, loaded - 1);
  return false;
}

bool push_running_name(lua_State* L) {
  lua_Debug ar{};
  lua_getstack(L, 0, &ar);
  lua_getinfo(L, "nf", &ar);
  int function = lua_gettop(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  if (!push_name_among(L, lua_gettop(L), function) && !push_name_among(L, LUA_REGISTRYINDEX, function)) {
    lua_pushstring(L, ar.name != nullptr ? ar.name : "?");
  }
  lua_replace(L, function);
  lua_settop(L, function);
  return std::strcmp(ar.namewhat, "method") == 0;
}

}  // namespace arun::lua
