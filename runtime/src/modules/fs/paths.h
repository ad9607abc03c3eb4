// Operations on one path or two, each one system call.
#pragma once

#include <lua.hpp>

namespace arun::modules {

int fs_rename(lua_State* L);
int fs_link(lua_State* L);
int fs_symlink(lua_State* L);
int fs_readlink(lua_State* L);
int fs_realpath(lua_State* L);
int fs_chmod(lua_State* L);
int fs_utime(lua_State* L);
int fs_current_dir(lua_State* L);

}  // namespace arun::modules
