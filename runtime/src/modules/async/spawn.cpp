#include "modules/async/spawn.h"

#include "kernel/call.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "lua/args.h"
#include "lua/error.h"
#include "modules/async/await.h"

namespace arun::modules {

using kernel::Kernel;
using kernel::Task;

namespace {

// Makes the value at `first`, which its arguments follow, a function and its arguments; where it is made a task.
kernel::Origin to_function(lua_State* L, int first) {
  kernel::Origin origin{kernel::kernel_of(L).places.calling_line(L), 0};
  if (luaL_getmetafield(L, first, "__await") != LUA_TNIL) {
    lua_settop(L, first);
    lua_pushcfunction(L, await);
    lua_insert(L, first);
    return origin;
  }
  if (!is_callable(L, first)) {
    if (kernel::to_task(L, first) != nullptr) lua::argument_error(L, first, "it is a task already");
    lua::type_error(L, first, "coroutine, function or awaitable");
  }
  if (const kernel::AsyncFunction* async = kernel::to_async(L, first)) {
    origin.name = async->name;
    kernel::to_plain_call(L, first);
  }
  return origin;
}

}  // namespace

bool is_callable(lua_State* L, int index) {
  if (lua_isfunction(L, index)) return true;
  if (luaL_getmetafield(L, index, "__call") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

kernel::Call* to_spawnable(lua_State* L, int first) {
  int arguments = lua_gettop(L) - first;
  if (kernel::Call* call = kernel::to_call(L, first)) {
    if (arguments > 0) lua::raise_usage(L, "a coroutine object takes no further arguments");
    kernel::use_call(L, first, call);
    return call;
  }
  kernel::Origin origin = to_function(L, first);
  return kernel::push_call(L, lua_gettop(L) - first, origin);
}

Task* spawn_task(lua_State* L, int first, kernel::TaskSet* owner) {
  Kernel& kernel = kernel::kernel_of(L);
  if (kernel::to_call(L, first) != nullptr) {
    to_spawnable(L, first);
    Task* task = kernel.scheduler.spawn(L, owner);
    kernel::push_handle(L, kernel, task);
    return task;
  }
  kernel::Origin origin = to_function(L, first);
  return kernel::spawn_function(L, lua_gettop(L) - first, origin, owner);
}

int create_task(lua_State* L) {
  kernel::Task* creator = kernel::kernel_of(L).scheduler.running();
  if (creator == nullptr) return lua::raise_usage(L, "cannot create a task outside a task: start one with async.run");
  spawn_task(L, 1, creator->owner->run());
  return 1;
}

}  // namespace arun::modules
