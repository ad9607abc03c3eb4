// The metatable of a userdata, and the end of one that holds a C++ object.
#pragma once

#include <lua.hpp>

namespace arun::lua {

// Pushes the metatable of this name. The first time it is made: `fill` finds it on top of the stack. It is known by its
// name only when it is whole, for memory may run out before; luaL_newmetatable would give it half made ever after.
void push_metatable(lua_State* L, const char* name, void (*fill)(lua_State* L));

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
