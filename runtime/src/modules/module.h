// What a module's native part is to the rest: a function that pushes its table, `require`d as "arun.native.<name>".
#pragma once

#include <lua.hpp>

namespace arun::modules {

int open_core(lua_State* L);
int open_async(lua_State* L);
int open_fs(lua_State* L);
int open_test(lua_State* L);

}  // namespace arun::modules
