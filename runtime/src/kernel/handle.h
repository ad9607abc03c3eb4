// The Lua side of a task: a userdata that scripts hold, await and cancel. Its user value 1 is the task's call until it
// starts, or its function, which its arguments follow; and what the task ended with afterwards.
#pragma once

#include <lua.hpp>

#include "kernel/task.h"

namespace arun::kernel {

struct Kernel;
class TaskSet;

// Creates the metatable of task handles (its methods are the async module's).
void open_handles(lua_State* L);

// Pushes the handle of a task, made when first asked for. May raise.
void push_handle(lua_State* L, Kernel& kernel, Task* task);

// Pops a function and `arguments` arguments and makes them a task of the owner; pushes its handle, which keeps them
// until the task starts. May raise, having done nothing.
Task* spawn_function(lua_State* L, int arguments, Origin origin, TaskSet* owner);

// For the scheduler. The task of the handle on top of L starts: pushes its function and arguments in the handle's
// place; the number of values, or -1 (the handle popped) when the stack cannot grow. Never raises.
int unpack_handle(lua_State* L);
// The task of a handle will never start.
void forget_call(Kernel& kernel, const Task* task);
// The task, which has a handle, ended with the value on top of L (count 1) or none (count 0). Never raises.
void keep_outcome(lua_State* L, const Task* task, int count);

// The task behind the handle at this index, or null when the value is none.
Task* to_task(lua_State* L, int index);

// Pushes the results of a task that ended well, or raises its error; `handle` is the index of its handle. A cancelled
// one raises kind "cancelled", which is an ordinary error to the caller.
int push_outcome(lua_State* L, int handle, Task* task);

}  // namespace arun::kernel
