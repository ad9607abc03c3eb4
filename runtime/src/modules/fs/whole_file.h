// Files read and written in one job each.
#pragma once

#include <lua.hpp>

namespace arun::modules {

int fs_read_file(lua_State* L);
int fs_write_file(lua_State* L);
int fs_append_file(lua_State* L);
int fs_copy(lua_State* L);

}  // namespace arun::modules
