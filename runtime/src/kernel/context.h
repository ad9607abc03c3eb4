// Context variables of a task: a Lua table, value by variable. A task shares its creator's until one of the two sets a
// variable. The keys are weak: a variable that nobody has any more takes its values along.
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

// Pushes the task's table, which must not be changed, or nil.
void push_context(lua_State* L, Kernel& kernel, const Task* task);
// Pops a variable and its value, on top, and sets it for the task. May raise.
void set_in_context(lua_State* L, Kernel& kernel, Task* task);

}  // namespace arun::kernel
