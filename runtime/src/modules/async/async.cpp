// The native part of arun.async: what its Lua part is written over.
#include <lua.hpp>

#include "kernel/call.h"
#include "kernel/context.h"
#include "kernel/coroutine_lib.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "kernel/protected_call.h"
#include "lua/args.h"
#include "lua/error.h"
#include "modules/async/await.h"
#include "modules/async/dump.h"
#include "modules/async/gather.h"
#include "modules/async/group.h"
#include "modules/async/queue.h"
#include "modules/async/scope.h"
#include "modules/async/semaphore.h"
#include "modules/async/sleep.h"
#include "modules/async/spawn.h"
#include "modules/async/task_limit.h"
#include "modules/async/task_methods.h"
#include "modules/async/time_slice.h"
#include "modules/async/waitlist.h"
#include "modules/async/watch.h"
#include "modules/module.h"

namespace arun::modules {
namespace {

// time(): seconds of the monotonic clock that sleeps and time limits go by.
int time(lua_State* L) {
  lua_pushnumber(L, static_cast<lua_Number>(kernel::kernel_of(L).timers.now()) / 1e9);
  return 1;
}

kernel::Task* check_running(lua_State* L) {
  kernel::Task* task = kernel::kernel_of(L).scheduler.running();
  if (task == nullptr) lua::raise_usage(L, "no task runs here: start one with async.run");
  return task;
}

// context(): the context variables of the running task, a table that must not be changed, or nil.
int context(lua_State* L) {
  kernel::push_context(L, kernel::kernel_of(L), check_running(L));
  return 1;
}

// set_in_context(variable, value): sets it for the running task.
int set_in_context(lua_State* L) {
  kernel::Task* task = check_running(L);
  lua::check_table(L, 1);
  lua_settop(L, 2);
  kernel::set_in_context(L, kernel::kernel_of(L), task);
  return 0;
}

// kind_of(x): "task", "coroutine", "awaitable" (it has an __await metamethod), "function" (it can be called) or nil.
int kind_of(lua_State* L) {
  if (kernel::to_task(L, 1) != nullptr) {
    lua_pushliteral(L, "task");
  } else if (kernel::to_call(L, 1) != nullptr) {
    lua_pushliteral(L, "coroutine");
  } else if (luaL_getmetafield(L, 1, "__await") != LUA_TNIL) {
    lua_pushliteral(L, "awaitable");
  } else if (is_callable(L, 1)) {
    lua_pushliteral(L, "function");
  } else {
    return 0;
  }
  return 1;
}

// plain(fn): the function that an async function was made of; other values as they are.
int plain(lua_State* L) {
  lua_settop(L, 1);
  if (kernel::to_async(L, 1) != nullptr) kernel::to_plain_call(L, 1);
  return 1;
}

}  // namespace

int open_async(lua_State* L) {
  const luaL_Reg functions[] = {
      {"async", kernel::make_async},
      {"await", await},
      {"await_shielded", await_shielded},
      {"take", take},
      {"sleep", sleep},
      {"time", time},
      {"create_task", create_task},
      {"current_task", current_task},
      {"all_tasks", all_tasks},
      {"tree", tree},
      {"set_slow_callback", set_slow_callback},
      {"gather", gather},
      {"group", new_group},
      {"group_error", group_error},
      {"run_group", new_run},
      {"scope", new_scope},
      {"task_limit", new_task_limit},
      {"waitlist", new_waitlist},
      {"watch", new_watch},
      {"try", kernel::try_call},
      {"generator", kernel::new_generator},
      {"semaphore", new_semaphore},
      {"lock", new_lock},
      {"is_lock", is_lock},
      {"held", held},
      {"semaphore_methods", semaphore_methods},
      {"guard_methods", guard_methods},
      {"queue", new_queue},
      {"lifo_queue", new_lifo_queue},
      {"priority_queue", new_priority_queue},
      {"queue_methods", queue_methods},
      {"context", context},
      {"set_in_context", set_in_context},
      {"kind_of", kind_of},
      {"plain", plain},
      {nullptr, nullptr},
  };
  open_task_methods(L);
  luaL_newlib(L, functions);
  return 1;
}

}  // namespace arun::modules
