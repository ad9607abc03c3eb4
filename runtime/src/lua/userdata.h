// The end of a userdata that holds a C++ object.
#pragma once

#include <lua.hpp>

namespace arun::lua {

// The __gc of a userdata that is a Type. Lua may call another finalizer afterwards that still holds it: without its
// metatable it is nothing to any function that checks.
template <class Type>
int destroy(lua_State* L) {
  static_cast<Type*>(lua_touserdata(L, 1))->~Type();
  lua_pushnil(L);
  lua_setmetatable(L, 1);
  return 0;
}

}  // namespace arun::lua
