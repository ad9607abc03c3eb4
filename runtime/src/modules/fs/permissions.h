// The permission bits of a file, as arguments: integers from 0 to 07777.
#pragma once

#include <sys/types.h>

#include <lua.hpp>

namespace arun::modules {

// The argument; raises kind "usage" for what is none.
mode_t check_permissions(lua_State* L, int arg);

// The option "mode" of an options table, or `otherwise` when it is absent; raises as above.
int option_permissions(lua_State* L, int arg, int otherwise);

}  // namespace arun::modules
