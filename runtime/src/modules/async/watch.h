#pragma once

#include <lua.hpp>

namespace arun::modules {

// watch(): tells which of several tasks end, in the order in which they do, and leaves them alone otherwise. Methods:
//   add(task)  one more to watch
//   next()     suspends until the next one has ended; its handle, or nil when all were given
//   pending()  how many were not given yet
int new_watch(lua_State* L);

}  // namespace arun::modules
