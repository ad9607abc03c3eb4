// Awaiting: a coroutine object, a task, or anything with an __await metamethod.
#pragma once

#include <lua.hpp>

namespace arun::modules {

// await(x): all results of x.
int await(lua_State* L);
// await_shielded(task): the same for a task, which goes on when the waiter is cancelled.
int await_shielded(lua_State* L);

}  // namespace arun::modules
