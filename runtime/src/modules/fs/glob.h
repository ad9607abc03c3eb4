#pragma once

#include <lua.hpp>

namespace arun::modules {

int fs_glob(lua_State* L);

}  // namespace arun::modules
