// Files and directories that end with their handle.
#pragma once

#include <lua.hpp>

namespace arun::modules {

int fs_temp_file(lua_State* L);
int fs_temp_dir(lua_State* L);

}  // namespace arun::modules
