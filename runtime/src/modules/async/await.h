// Awaiting: a coroutine object, a task, or anything with an __await metamethod.
#pragma once

#include <lua.hpp>

namespace arun::modules {

// await(x): all results of x.
int await(lua_State* L);
// take(x): what to call in its stead. For a coroutine object, its function and arguments (the object is used then);
// else await itself and x. Called from Lua these nest as deep as Lua functions do; C functions do not.
int take(lua_State* L);
// await_shielded(task): the same for a task, which goes on when the waiter is cancelled.
int await_shielded(lua_State* L);

}  // namespace arun::modules
