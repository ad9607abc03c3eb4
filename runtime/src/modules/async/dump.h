#pragma once

#include <lua.hpp>

namespace arun::modules {

// tree(): the tasks of this runtime as text.
int tree(lua_State* L);

}  // namespace arun::modules
