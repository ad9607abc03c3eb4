#include "modules/async/scope.h"

#include "kernel/cancel.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"

namespace arun::modules {
namespace {

using kernel::Kernel;

constexpr const char* kMetatable = "arun.scope";

struct Scope final : kernel::CancelScope, kernel::Timer {
  explicit Scope(Kernel* owner) : kernel(owner) {}
  void expired() override { kernel::cancel_scope(*kernel, this); }

  Kernel* kernel;
};

Scope* check_scope(lua_State* L) {
  return static_cast<Scope*>(luaL_checkudata(L, 1, kMetatable));
}

void arm(lua_State* L, Scope* scope, int arg) {
  scope->kernel->timers.remove(scope);
  if (lua_isnoneornil(L, arg)) return;
  scope->kernel->timers.add(scope, scope->kernel->timers.now() + lua::check_seconds(L, arg));
}

int scope_cancel(lua_State* L) {
  Scope* scope = check_scope(L);
  kernel::cancel_scope(*scope->kernel, scope);
  return 0;
}

int scope_close(lua_State* L) {
  Scope* scope = check_scope(L);
  lua_settop(L, 2);
  scope->kernel->timers.remove(scope);
  // Left without an error while its cancellation unwinds the task: the scope lies in a coroutine that the unwinding
  // runs to its end (a context manager's).
  bool in_flight = lua_isnil(L, 2) || kernel::is_own_cancellation(L, 2, scope->task);
  lua_pushboolean(L, kernel::close_scope(scope, in_flight));
  return 1;
}

int scope_reschedule(lua_State* L) {
  Scope* scope = check_scope(L);
  if (scope->task == nullptr) return lua::raise(L, "closed", "the scope is closed");
  arm(L, scope, 2);
  if (scope->limit > 0 && !lua_isnoneornil(L, 2)) scope->limit = lua_tonumber(L, 2);
  return 0;
}

int scope_cancelled(lua_State* L) {
  lua_pushboolean(L, check_scope(L)->requested);
  return 1;
}

int scope_deadline(lua_State* L) {
  Scope* scope = check_scope(L);
  if (!scope->armed()) return 0;
  lua_pushnumber(L, static_cast<lua_Number>(scope->kernel->timers.deadline_of(scope)) / 1e9);
  return 1;
}

// Dropped without being closed: the task must not refer to it any longer.
int scope_collected(lua_State* L) {
  Scope* scope = check_scope(L);
  scope->kernel->timers.remove(scope);
  kernel::close_scope(scope, false);
  return 0;
}

}  // namespace

kernel::CancelScope* to_scope(lua_State* L, int index) {
  return static_cast<Scope*>(luaL_checkudata(L, index, kMetatable));
}

int new_scope(lua_State* L) {
  Kernel& kernel = kernel::kernel_of(L);
  kernel::Task* task = kernel.scheduler.running();
  if (task == nullptr)
    return lua::raise_usage(L, "a time limit or a task group belongs inside a task: start one with async.run");
  bool may_be_forgotten = lua_toboolean(L, 2) != 0;
  lua_settop(L, 1);
  if (!lua_isnil(L, 1)) lua::check_seconds(L, 1);
  auto* scope = new (lua_newuserdatauv(L, sizeof(Scope), 0)) Scope(&kernel);
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {{"cancel", scope_cancel},         {"close", scope_close},
                                {"reschedule", scope_reschedule}, {"cancelled", scope_cancelled},
                                {"deadline", scope_deadline},     {nullptr, nullptr}};
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    lua_pushcfunction(state, scope_collected);
    lua_setfield(state, -2, "__gc");
  });
  lua_setmetatable(L, -2);
  if (may_be_forgotten) {
    scope->limit = lua_tonumber(L, 1);
    scope->made_at = kernel.places.calling_line(L);
  }
  kernel::open_scope(kernel, task, scope);
  arm(L, scope, 1);
  return 1;
}

}  // namespace arun::modules
