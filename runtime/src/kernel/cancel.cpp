#include "kernel/cancel.h"

#include "kernel/kernel.h"
#include "lua/error.h"

namespace arun::kernel {
namespace {

// Key under which a raised cancellation carries the moment of its delivery.
const char kDelivery = 0;

// The outermost scope whose request may be raised now: none inside the unwinding that runs already (it merges with
// it), but those opened by clean-up code since.
CancelScope* next_delivery(const CancelState& state, const CancelScope* unwinding) {
  std::uint64_t since = unwinding != nullptr ? unwinding->delivered : 0;
  CancelScope* found = nullptr;
  for (CancelScope* scope = state.innermost; scope != nullptr; scope = scope->outer) {
    if (unwinding != nullptr && scope->opened < since) break;
    if (scope->requested && !scope->unwinding()) found = scope;
  }
  return found;
}

// The error of a time limit that is over.
void push_limit_over(lua_State* L, Kernel& kernel, const CancelScope& scope) {
  lua::push_error(L, "cancelled", "cancelled: the time limit of %f s (made at %s) is over", scope.limit,
                  kernel.places.text(scope.made_at).c_str());
}

// Wakes the task if a request may be raised in it now.
void deliver(Kernel& kernel, Task* task) {
  CancelState& state = *task->cancel;
  state.pending = true;
  if (next_delivery(state, state.unwinding) == nullptr) return;
  if (task->state == TaskState::ready && task->wake == Wake::idle) task->wake = Wake::cancelled;
  if (task->state != TaskState::waiting) return;
  if (task->operation->cancel(kernel) == Operation::CancelResult::detached) {
    kernel.scheduler.wake(task, Wake::cancelled);
  }
}

// An operation may pass the request on to other tasks, and those to others: they queue up here and are worked off in
// a loop, so that no depth of nesting can exhaust the C stack.
void request(Kernel& kernel, CancelScope* scope) {
  scope->requested = true;
  kernel.cancel_queue.push_back(scope->task);
  if (kernel.cancel_queue.size() > 1) return;
  for (std::size_t i = 0; i < kernel.cancel_queue.size(); ++i) deliver(kernel, kernel.cancel_queue[i]);
  kernel.cancel_queue.clear();
}

}  // namespace

CancelState& cancel_state(Task* task) {
  if (task->cancel == nullptr) {
    task->cancel = new CancelState;
    task->cancel->root.task = task;
  }
  return *task->cancel;
}

bool cancel_task(Kernel& kernel, Task* task, const char* reason) {
  if (task->done()) return false;
  CancelState& state = cancel_state(task);
  if (state.root.requested) return true;
  if (reason != nullptr) state.reason = reason;
  request(kernel, &state.root);
  return true;
}

void open_scope(Kernel& kernel, Task* task, CancelScope* scope) {
  CancelState& state = cancel_state(task);
  scope->task = task;
  scope->outer = state.innermost;
  scope->opened = ++kernel.cancel_clock;
  state.innermost = scope;
}

void cancel_scope(Kernel& kernel, CancelScope* scope) {
  if (scope->task != nullptr && !scope->requested) request(kernel, scope);
}

bool close_scope(CancelScope* scope, bool in_flight) {
  if (scope->task == nullptr) return false;
  CancelState& state = *scope->task->cancel;
  scope->task = nullptr;
  CancelScope** link = &state.innermost;
  while (*link != scope) link = &(*link)->outer;
  *link = scope->outer;
  CancelScope** unwinding = &state.unwinding;
  while (*unwinding != nullptr && *unwinding != scope) unwinding = &(*unwinding)->broke_into;
  if (*unwinding == nullptr) return false;
  *unwinding = scope->broke_into;
  // Closed by the clean-up that a later unwinding runs (a generator holds the scope and is being closed): it ends here.
  if (unwinding != &state.unwinding) return in_flight;
  CancelScope* further = next_delivery(state, state.unwinding);
  if (further == nullptr) {
    state.pending = false;
    return in_flight;
  }
  state.pending = true;
  if (!in_flight) return false;  // clean-up failed: that error goes on, the request is raised when the task next waits
  // An outer scope was asked to end as well: the same unwinding goes on as far as that one.
  further->delivered = scope->delivered;
  further->broke_into = scope->broke_into;
  state.unwinding = further;
  return false;
}

void forget_scopes(Task* task) {
  if (task->cancel == nullptr) return;
  for (CancelScope* scope = task->cancel->innermost; scope != nullptr; scope = scope->outer) scope->task = nullptr;
}

bool deliverable(const Task* task) {
  return task->cancel != nullptr && next_delivery(*task->cancel, task->cancel->unwinding) != nullptr;
}

void raise_pending(lua_State* L, Kernel& kernel, Task* task) {
  CancelState& state = *task->cancel;
  if (next_delivery(state, state.unwinding) != nullptr) raise_cancellation(L, kernel, task);
  state.pending = false;
}

void push_own_cancellation(lua_State* L, const Task* task) {
  push_cancelled(L, task);
  lua_pushinteger(L, static_cast<lua_Integer>(task->cancel->unwinding->delivered));
  lua_rawsetp(L, -2, &kDelivery);
}

void raise_cancellation(lua_State* L, Kernel& kernel, Task* task) {
  CancelState& state = *task->cancel;
  CancelScope* scope = next_delivery(state, state.unwinding);
  // May raise: before anything is marked as delivered.
  if (scope != nullptr && scope->limit > 0) {
    push_limit_over(L, kernel, *scope);
  } else {
    push_cancelled(L, task);
  }
  if (scope != nullptr) {
    scope->delivered = ++kernel.cancel_clock;
    scope->broke_into = state.unwinding;
    state.unwinding = scope;
    state.pending = next_delivery(state, state.unwinding) != nullptr;
    lua_pushinteger(L, static_cast<lua_Integer>(scope->delivered));
    lua_rawsetp(L, -2, &kDelivery);
  }
  lua_error(L);
  __builtin_unreachable();
}

bool passes(const Task* task, std::uint64_t began) {
  return task != nullptr && task->cancel != nullptr && task->cancel->unwinding != nullptr &&
         task->cancel->unwinding->delivered > began;
}

void settle(Task* task, std::uint64_t began) {
  CancelState& state = *task->cancel;
  while (state.unwinding != nullptr && state.unwinding->delivered > began) {
    CancelScope* scope = state.unwinding;
    state.unwinding = scope->broke_into;
    scope->requested = false;
    scope->delivered = 0;
    scope->broke_into = nullptr;
  }
  state.pending = next_delivery(state, state.unwinding) != nullptr;
}

void explain_unclosed_limit(lua_State* L, Kernel& kernel, const Task* task) {
  const CancelScope* scope = task->cancel->unwinding;
  if (scope->limit <= 0) return;
  lua_pushfstring(L,
                  "the time limit of %f s made at %s passed, and it was not closed: "
                  "declare it as 'local limit <close> = async.timeout(...)'",
                  scope->limit, kernel.places.text(scope->made_at).c_str());
  lua_setfield(L, -2, "message");
}

bool is_own_cancellation(lua_State* L, int index, const Task* task) {
  if (task == nullptr || task->cancel == nullptr || task->cancel->unwinding == nullptr || !lua_istable(L, index))
    return false;
  lua_rawgetp(L, index, &kDelivery);
  bool own = static_cast<std::uint64_t>(lua_tointeger(L, -1)) == task->cancel->unwinding->delivered;
  lua_pop(L, 1);
  return own;
}

void push_cancelled(lua_State* L, const Task* task) {
  // "%s" of a std::string that the task owns: nothing here needs destruction if Lua raises.
  const char* reason = task->cancel != nullptr ? task->cancel->reason.c_str() : "";
  lua::push_error(L, "cancelled", "%s", *reason != '\0' ? reason : "cancelled");
}

}  // namespace arun::kernel
