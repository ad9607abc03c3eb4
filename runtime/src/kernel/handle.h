// The Lua side of a task: a userdata that scripts hold, await and cancel. Its user value 1 is the task's call until it
// starts, and what it ended with afterwards.
#pragma once

#include <lua.hpp>

#include "kernel/task.h"

namespace arun::kernel {

struct Kernel;

// Creates the metatable of task handles (its methods are the async module's).
void open_handles(lua_State* L);

// Pushes the handle of a task, made when first asked for. May raise.
void push_handle(lua_State* L, Kernel& kernel, Task* task);

// The task behind the handle at this index, or null when the value is none.
Task* to_task(lua_State* L, int index);

// Pushes the results of a task that ended well, or raises its error; `handle` is the index of its handle. A cancelled
// one raises kind "cancelled", which is an ordinary error to the caller.
int push_outcome(lua_State* L, int handle, Task* task);

}  // namespace arun::kernel
