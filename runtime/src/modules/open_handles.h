#pragma once

#include <lua.hpp>

namespace arun::modules {

// open_handles([since]): the handles that are open and have a number above this one (default 0), in the order in which
// they were opened, and the highest number given so far. Each is a table:
//   what    "file notes.txt"
//   place   "main.lua:12", or "?"
//   task    the name of the task that opened it, or nil
//   number  rises with every handle that is opened
//   kept    true for one that a part of arun keeps for later, such as an idle connection
int open_handles(lua_State* L);

// open_handle(what): for resources made in Lua: one more that is open, until its method close() is called or it is
// collected.
int open_handle(lua_State* L);

}  // namespace arun::modules
