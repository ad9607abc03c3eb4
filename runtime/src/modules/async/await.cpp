#include "modules/async/await.h"

#include "kernel/call.h"
#include "kernel/cancel.h"
#include "kernel/failure.h"
#include "kernel/handle.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

// Waits for the end of a task whose handle is argument 1 of the binding function. Shielded, it leaves the task alone
// when it is cancelled. (A parameter, not a member: the operation fits into its task that way.)
template <bool kShielded>
class AwaitTask final : public kernel::Operation, public kernel::Waiter {
 public:
  void task_done(Task*) override { kernel_of_task().scheduler.complete(this); }

  int finish(lua_State* L) override {
    Task* target = kernel::to_task(L, 1);
    // The target was cancelled because this task was: the error is this task's own.
    if (target->outcome == kernel::Outcome::cancelled && kernel::deliverable(task)) {
      kernel::raise_cancellation(L, kernel::kernel_of(L), task);
    }
    return kernel::push_outcome(L, 1, target);
  }

  CancelResult cancel(Kernel& kernel) override {
    Task* awaited_task = target();
    if (awaited_task == nullptr) return CancelResult::deferred;
    // One that was asked to end by somebody else is not this task's to wait for; it may even await this very task.
    if (kShielded || !awaited_task->only_waiter(this) || kernel::cancel_requested(awaited_task)) {
      leave();
      return CancelResult::detached;
    }
    kernel::cancel_task(kernel, awaited_task, reason());
    return CancelResult::deferred;
  }

  void describe(std::string* out) const override {
    *out = "the end of ";
    if (target() != nullptr) *out += kernel::task_label(kernel::kernel_of(task->thread), target());
  }

  void find_blocker(kernel::Blocker* blocker) const override {
    if (target() == nullptr) return;
    blocker->kind = kernel::Blocker::Kind::end_of_tasks;
    blocker->tasks.push_back(target());
  }

  void dispose() override { leave(); }

 private:
  Kernel& kernel_of_task() const { return kernel::kernel_of(task->thread); }

  const char* reason() const {
    const std::string& text = task->cancel->reason;
    return text.empty() ? nullptr : text.c_str();
  }
};

template <bool kShielded>
int await_task(lua_State* L, Task* target) {
  Task* task = kernel::begin_suspend(L);
  if (target == task) return lua::raise_usage(L, "a task cannot await itself");
  lua_settop(L, 1);
  auto* operation = task->emplace<AwaitTask<kShielded>>();
  if (target->done()) return kernel::suspend_completed(L, task, operation);
  target->add_waiter(operation);
  return kernel::suspend(L, task, operation);
}

// All that the called function left is the result.
int call_done(lua_State* L, int, lua_KContext base) {
  return lua_gettop(L) - static_cast<int>(base);
}

// Replaces the coroutine object at 1, the only value, by its function and arguments. Outside a task nothing can await.
void open_call(lua_State* L) {
  if (kernel::kernel_of(L).scheduler.running() == nullptr) kernel::begin_suspend(L);
  kernel::to_plain_call(L, 1);
}

// Ends a chain of awaits that is as deep as the stack allows; on top lie the function to be called and its arguments.
// The room for that call is looked for here, so that the error is at the script's line and not in the midst of arun's
// own Lua parts, and the object counts as awaited. Only deep stacks are looked at, for the look makes a stack as big.
void check_depth(lua_State* L) {
  constexpr int kDeep = 16;
  constexpr int kMostNeeded = 256 + 2 * LUA_MINSTACK;  // the frame of any Lua function, and those between
  lua_Debug ar;
  if (lua_getstack(L, kDeep, &ar) == 0 || lua_checkstack(L, kMostNeeded + 3 * lua_gettop(L))) return;
  lua::push_place(L);
  lua_pushliteral(L, "stack overflow");
  lua_concat(L, 2);
  lua_error(L);
}

}  // namespace

int await(lua_State* L) {
  if (Task* target = kernel::to_task(L, 1)) return await_task<false>(L, target);
  lua_settop(L, 1);
  if (kernel::to_call(L, 1) != nullptr) {
    open_call(L);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, call_done);
    return call_done(L, LUA_OK, 0);
  }
  if (luaL_getmetafield(L, 1, "__await") == LUA_TNIL) {
    if (lua_isfunction(L, 1))
      return lua::raise_usage(L, "cannot await a function: call it (async functions give a coroutine object)");
    return lua::raise_usage(L, "cannot await a value of type %s: a coroutine, task or future is expected",
                            lua::push_type_name(L, 1));
  }
  lua_pushvalue(L, 1);
  lua_callk(L, 1, LUA_MULTRET, 1, call_done);
  return call_done(L, LUA_OK, 1);
}

int take(lua_State* L) {
  lua_settop(L, 1);
  if (kernel::to_call(L, 1) != nullptr) {
    open_call(L);
    check_depth(L);
    return lua_gettop(L);
  }
  lua_pushcfunction(L, await);
  lua_insert(L, 1);
  return 2;
}

int await_shielded(lua_State* L) {
  Task* target = kernel::to_task(L, 1);
  if (target == nullptr) return lua::type_error(L, 1, "task");
  return await_task<true>(L, target);
}

}  // namespace arun::modules
