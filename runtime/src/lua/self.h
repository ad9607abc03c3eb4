// Methods that are called on something else, commonly with "." in place of ":".
#pragma once

#include <lua.hpp>

namespace arun::lua {

// In a method in C. Raises kind "usage": calling 'put' on bad self (queue expected, got nil: call it with ':')
[[noreturn]] int self_error(lua_State* L, const char* expected);

// self_check(class, ...): for methods in Lua, a function check(self) that gives self back, and raises the same unless
// self's metatable is one of these classes, which hold their methods; their names are in `__name`.
int self_check(lua_State* L);

}  // namespace arun::lua
