#pragma once

#include <lua.hpp>

#include "kernel/call.h"
#include "kernel/task.h"

namespace arun::modules {

// Whether the value at this index is a function or has a __call metamethod.
bool is_callable(lua_State* L, int index);

// Turns the arguments from `first` on (a coroutine object, an awaitable, or a function and its arguments) into one
// coroutine object in their place, marked as used. Raises kind "usage" for what cannot run as a task.
kernel::Call* to_spawnable(lua_State* L, int first);

// Makes the same arguments, up to the top, a task of the owner; pushes its handle.
kernel::Task* spawn_task(lua_State* L, int first, kernel::TaskSet* owner);

// create_task(x, ...): a handle.
int create_task(lua_State* L);

}  // namespace arun::modules
