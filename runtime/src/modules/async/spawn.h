#pragma once

#include <lua.hpp>

namespace arun::modules {

// Whether the value at this index is a function or has a __call metamethod.
bool is_callable(lua_State* L, int index);

// Turns the arguments from `first` on (a coroutine object, an awaitable, or a function and its arguments) into one
// coroutine object in their place, marked as used. Raises kind "usage" for what cannot run as a task.
void to_spawnable(lua_State* L, int first);

// create_task(x, ...): a handle.
int create_task(lua_State* L);

}  // namespace arun::modules
