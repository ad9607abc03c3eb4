#pragma once

#include <lua.hpp>

namespace arun::modules {

// watch(): tells which of several tasks and futures end, in the order in which they do, and leaves them alone
// otherwise. Methods:
//   add(task)            one more to watch
//   add(x [, waitlist])  the same for anything that wakes all in this list when it ends; without one it has ended
//   next()               suspends until the next one has ended; it, or nil when all were given
//   pending()            how many were not given yet
//   close()              watches them no longer; `<close>`
int new_watch(lua_State* L);

}  // namespace arun::modules
