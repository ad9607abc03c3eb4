// Places in scripts, for messages. The lines of arun's own Lua parts are passed over: they are not the reader's.
#pragma once

#include <lua.hpp>

namespace arun::lua {

// Whether a chunk is one of arun's own Lua parts; `source` as in lua_Debug (cmake/embed.cpp gives the names).
bool is_own_part(const char* source);

// The innermost line of a script that runs at this level of L's stack or further out: fills in what lua_getinfo's "Sl"
// does. Its level, or -1 when there is none.
int find_script_line(lua_State* L, int level, lua_Debug* ar);

}  // namespace arun::lua
