// The error of what is used after its end.
#pragma once

#include <lua.hpp>

namespace arun::modules {

// Raises kind "closed" with the path and the message on top of the stack.
[[noreturn]] int raise_closed(lua_State* L, const char* path);

}  // namespace arun::modules
