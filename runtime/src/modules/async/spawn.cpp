#include "modules/async/spawn.h"

#include "kernel/call.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "lua/args.h"
#include "lua/error.h"
#include "modules/async/await.h"

namespace arun::modules {

using kernel::Kernel;

bool is_callable(lua_State* L, int index) {
  if (lua_isfunction(L, index)) return true;
  if (luaL_getmetafield(L, index, "__call") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

void to_spawnable(lua_State* L, int first) {
  int arguments = lua_gettop(L) - first;
  if (kernel::Call* call = kernel::to_call(L, first)) {
    if (arguments > 0) lua::raise_usage(L, "a coroutine object takes no further arguments");
    return kernel::use_call(L, first, call);
  }
  if (luaL_getmetafield(L, first, "__await") != LUA_TNIL) {
    lua_settop(L, first);
    lua_pushcfunction(L, await);
    lua_insert(L, first);
    return kernel::push_call(L, 1, kernel::kernel_of(L).places.calling_line(L), 0);
  }
  if (is_callable(L, first)) {
    const kernel::Callee* async = kernel::to_async(L, first);
    std::uint32_t name = async != nullptr ? async->name : 0;
    if (async != nullptr) kernel::to_plain_call(L, first);
    return kernel::push_call(L, arguments, kernel::kernel_of(L).places.calling_line(L), name);
  }
  if (kernel::to_task(L, first) != nullptr) lua::argument_error(L, first, "it is a task already");
  lua::type_error(L, first, "coroutine, function or awaitable");
}

int create_task(lua_State* L) {
  Kernel& kernel = kernel::kernel_of(L);
  kernel::Task* creator = kernel.scheduler.running();
  if (creator == nullptr) return lua::raise_usage(L, "cannot create a task outside a task: start one with async.run");
  to_spawnable(L, 1);
  kernel::push_handle(L, kernel, kernel.scheduler.spawn(L, creator->owner->run()));
  return 1;
}

}  // namespace arun::modules
