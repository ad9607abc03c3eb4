// How a binding function suspends the running task:
//
//   int sleep(lua_State* L) {
//     Nanoseconds duration = check_seconds(L, 1);      // arguments first: they may raise
//     Task* task = begin_suspend(L);                   // raises where no suspension is possible or one is cancelled
//     auto* operation = task->emplace<Sleep>(...);     // start the work
//     return suspend(L, task, operation);              // a tail call: nothing after it runs
//   }
#pragma once

#include <lua.hpp>

#include "kernel/kernel.h"
#include "kernel/operation.h"

namespace arun::kernel {

// The running task, when it may suspend here. Raises a clear error outside any task and beneath C functions that
// cannot yield (table.sort, string.gsub, ...), and the task's cancellation when one is due.
Task* begin_suspend(lua_State* L);

// Suspends the running task until the operation completes; its results become those of the binding function.
int suspend(lua_State* L, Task* task, Operation* operation);

// The same for an operation whose results are at hand: the task goes on after all that are ready.
int suspend_completed(lua_State* L, Task* task, Operation* operation);

// The same without giving way: a fast path. The caller sees to it that a loop of such calls gives way now and then.
int finish_now(lua_State* L, Task* task, Operation* operation);

// In a hook of Lua code (of a line, or of so many instructions), where lua_isyieldable and Kernel::blocked_at is null:
// the running task goes on there after all that are ready.
void preempt(lua_State* L);

// Lets every other ready task run first.
int yield_turn(lua_State* L);

}  // namespace arun::kernel
