#include "kernel/suspend.h"

#include <cstring>

#include "kernel/cancel.h"
#include "kernel/coroutine_lib.h"
#include "lua/error.h"
#include "lua/function_name.h"
#include "lua/place.h"

namespace arun::kernel {
namespace {

// The functions of arun's own modules let a suspension pass, and so does Lua's dofile.
bool module_lets_suspend(const char* library_name) {
  return std::strncmp(library_name, "arun.", 5) == 0 || std::strcmp(library_name, "dofile") == 0;
}

// Whether the function at this level was called by the Lua part of one of arun's modules, as their natives are.
bool called_by_module(lua_State* L, int level) {
  lua_Debug caller;
  if (lua_getstack(L, level + 1, &caller) == 0) return false;
  lua_getinfo(L, "S", &caller);
  return lua::is_own_part(caller.source);
}

// Names the innermost C function that called back into Lua and cannot be suspended, and the line that called it.
[[noreturn]] void raise_blocked(lua_State* L, lua_State* at) {
  lua_Debug ar;
  // Level 0 of L is the suspending function itself; of another thread, the function that resumed a coroutine.
  for (int level = 1; lua_getstack(at, level, &ar) != 0; ++level) {
    lua_getinfo(at, "Snf", &ar);
    if (at != L) lua_xmove(at, L, 1);
    bool known = std::strcmp(ar.what, "C") == 0 && lua::push_library_name(L, -1);
    if (std::strcmp(ar.what, "C") != 0 || lets_suspend(lua_tocfunction(L, known ? -2 : -1)) ||
        (known && module_lets_suspend(lua_tostring(L, -1))) || (!known && called_by_module(at, level))) {
      lua_pop(L, known ? 2 : 1);
      continue;
    }
    const char* name = known ? lua_tostring(L, -1) : ar.name != nullptr ? ar.name : "a C function";
    lua_Debug caller;
    if (lua_getstack(at, level + 1, &caller) != 0) {
      lua_getinfo(at, "Sl", &caller);
      if (caller.currentline >= 0) {
        lua::raise_usage(L, "cannot await inside a function called by %s (%s:%d): it cannot be suspended", name,
                         caller.short_src, caller.currentline);
      }
    }
    lua::raise_usage(L, "cannot await inside a function called by %s: it cannot be suspended", name);
  }
  lua::raise_usage(L,
                   "cannot await in a <close> handler that runs outside its coroutine: coroutine.close, or a "
                   "coroutine of coroutine.create whose task was cancelled (coroutine.wrap has no such limit)");
}

// Runs when the task resumes, in place of the binding function that suspended.
int resumed(lua_State* L, int, lua_KContext context) {
  Kernel& kernel = kernel_of(L);
  Task* task = kernel.scheduler.running();
  if (task->wake == Wake::cancelled) raise_cancellation(L, kernel, task);
  if (context == 0) return 0;
  return reinterpret_cast<Operation*>(context)->finish(L);
}

// The task's last operation is over.
void leave_operation(Task* task) {
  if (Operation* done = task->operation) {
    task->operation = nullptr;
    done->dispose();
  }
}

int yield_to_scheduler(lua_State* L, Kernel& kernel, Task* task, lua_KContext context) {
  if (L != task->thread) set_parked(L, true);
  kernel.scheduler.mark_suspended();
  return lua_yieldk(L, 0, context, resumed);
}

}  // namespace

Task* begin_suspend(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  Task* task = kernel.scheduler.running();
  if (task == nullptr) {
    lua::raise_usage(L, "cannot await outside a task: start one with async.run");
  }
  if (kernel.blocked_at != nullptr) raise_blocked(L, kernel.blocked_at);
  if (!lua_isyieldable(L)) raise_blocked(L, L);
  leave_operation(task);
  if (task->cancel != nullptr && task->cancel->pending) raise_pending(L, kernel, task);
  return task;
}

int suspend(lua_State* L, Task* task, Operation* operation) {
  operation->task = task;
  task->operation = operation;
  task->state = TaskState::waiting;
  Kernel& kernel = kernel_of(L);
  task->waits_since = kernel.clock;
  return yield_to_scheduler(L, kernel, task, reinterpret_cast<lua_KContext>(operation));
}

int suspend_completed(lua_State* L, Task* task, Operation* operation) {
  operation->task = task;
  task->operation = operation;
  Kernel& kernel = kernel_of(L);
  kernel.scheduler.complete(operation);
  return yield_to_scheduler(L, kernel, task, reinterpret_cast<lua_KContext>(operation));
}

int finish_now(lua_State* L, Task* task, Operation* operation) {
  operation->task = task;
  task->operation = operation;
  return operation->finish(L);
}

void preempt(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  Task* task = kernel.scheduler.running();
  leave_operation(task);
  if (L != task->thread) set_parked(L, true);
  kernel.scheduler.preempt(task);
  if (deliverable(task)) task->wake = Wake::cancelled;
  lua_yield(L, 0);
}

int yield_turn(lua_State* L) {
  Task* task = begin_suspend(L);
  Kernel& kernel = kernel_of(L);
  kernel.scheduler.requeue(task);
  return yield_to_scheduler(L, kernel, task, 0);
}

}  // namespace arun::kernel
