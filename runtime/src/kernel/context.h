// Context variables of a task: a Lua table that is never changed once set, shared with the tasks it creates.
#pragma once

#include <cstdint>

#include <lua.hpp>

#include "kernel/task.h"

namespace arun::kernel {

struct Kernel;

struct Context {
  std::uint32_t anchor;
  std::uint32_t owners;
};

// One more / one less task refers to it; null is no context.
Context* share_context(Context* context);
void release_context(Kernel& kernel, Context* context);

// Pushes the running task's table, or nil. / Pops a table and makes it the running task's; may raise.
void push_context(lua_State* L, Kernel& kernel, const Task* task);
void set_context(lua_State* L, Kernel& kernel, Task* task);

}  // namespace arun::kernel
