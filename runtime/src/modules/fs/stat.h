// What the system knows about a file, as Lua sees it.
#pragma once

#include <dirent.h>
#include <sys/stat.h>

#include <lua.hpp>

namespace arun::modules {

// "file", "directory", "link", "fifo", "socket", "char", "block" or "unknown", by DT_*.
const char* type_of_entry(unsigned char d_type);

// Pushes a table. May raise.
void push_stat(lua_State* L, const struct stat& info);

int fs_stat(lua_State* L);
int fs_lstat(lua_State* L);
int fs_exists(lua_State* L);

}  // namespace arun::modules
