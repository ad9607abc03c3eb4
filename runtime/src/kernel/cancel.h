// Cancellation: who asked for it, how far it unwinds, and whose it is. docs/design.md gives the rules and their
// reasons.
#pragma once

#include <cstdint>
#include <string>

#include <lua.hpp>

#include "kernel/task.h"

namespace arun::kernel {

struct Kernel;

// A stretch of a task's code that can be cancelled: the whole task (the root), a timeout, the body of a task group.
// Scopes nest; a request unwinds the task as far as the outermost scope that was asked to end.
struct CancelScope {
  Task* task = nullptr;  // null once closed
  CancelScope* outer = nullptr;
  // Moments of Kernel::cancel_clock. A protected call that began before `delivered` and sees an error while this
  // scope unwinds lets the error pass.
  std::uint64_t opened = 0;
  std::uint64_t delivered = 0;        // 0 = nothing raised (yet)
  CancelScope* broke_into = nullptr;  // the unwinding during whose clean-up this one was delivered
  bool requested = false;
  // Of a time limit that somebody may forget to close: seconds, and where it was made (Places); 0 = another scope.
  double limit = 0;
  std::uint32_t made_at = 0;

  bool unwinding() const { return delivered != 0; }
};

struct CancelState {
  CancelScope root;
  CancelScope* innermost = &root;
  CancelScope* unwinding = nullptr;  // the scope whose cancellation is being raised through the task's code
  bool pending = false;              // some scope's request is not delivered yet
  std::string reason;
};

// The task's state, made when first needed.
CancelState& cancel_state(Task* task);

// Whether the whole task was asked to end already.
inline bool cancel_requested(const Task* task) {
  return task->cancel != nullptr && task->cancel->root.requested;
}

// Asks the whole task to end; false when it is done already. Reaches whatever it waits for.
bool cancel_task(Kernel& kernel, Task* task, const char* reason);

// Opens a scope in the running task / asks it to end.
void open_scope(Kernel& kernel, Task* task, CancelScope* scope);
void cancel_scope(Kernel& kernel, CancelScope* scope);

// Closes a scope; `in_flight` says whether the error that leaves it, if any, is a cancellation of this task.
// True when it was this scope's and ends here: the caller turns it into what the scope stands for.
bool close_scope(CancelScope* scope, bool in_flight);

// The task ended: scopes that were left open no longer refer to it.
void forget_scopes(Task* task);

// Called at each suspension point and when one resumes: raises the outermost request that may be delivered, if any.
void raise_pending(lua_State* L, Kernel& kernel, Task* task);
// Raises it; there must be one.
[[noreturn]] void raise_cancellation(lua_State* L, Kernel& kernel, Task* task);
bool deliverable(const Task* task);

// For protected calls. `began` is Kernel::cancel_clock at their start.
// Whether an error that arrives now is the task's unwinding, which nothing but try catches.
bool passes(const Task* task, std::uint64_t began);
// The unwinding ends here, for good: what async.try does.
void settle(Task* task, std::uint64_t began);

// The task's body failed with its own cancellation, which nobody turned into something else: when a time limit did it
// that was never closed, the error on top of the stack is told so.
void explain_unclosed_limit(lua_State* L, Kernel& kernel, const Task* task);

// Whether the value is the error that a running cancellation of this task raised.
bool is_own_cancellation(lua_State* L, int index, const Task* task);

// Pushes the error of the cancellation that unwinds the task.
void push_own_cancellation(lua_State* L, const Task* task);
// Pushes an error of kind "cancelled" that belongs to no unwinding.
void push_cancelled(lua_State* L, const Task* task);

}  // namespace arun::kernel
