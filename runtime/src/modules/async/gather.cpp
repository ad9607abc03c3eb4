#include "modules/async/gather.h"

#include "kernel/call.h"
#include "kernel/handle.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "modules/async/group.h"
#include "modules/async/spawn.h"
#include "modules/async/task_group.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

// The stack of gather: the list, then these.
constexpr int kGroup = 2;
constexpr int kResults = 3;
constexpr int kItem = 4;

// Item i, on top of the stack, cannot be gathered: those that were made tasks already are cancelled before they start.
int bad_item(lua_State* L, Group* group, lua_Integer i) {
  if (group->size() > 0) {
    lua_pushvalue(L, kGroup);
    group->keep_alive(L);
    group->cancel_children(nullptr);
  }
  if (kernel::to_call(L, kItem) != nullptr) {
    kernel::push_call_description(L, kItem);
    return lua::raise_usage(L, "bad item #%I of gather: coroutine %s was awaited already", i, lua_tostring(L, -1));
  }
  return lua::raise_usage(L, "bad item #%I of gather (coroutine, task or future expected, got %s)", i,
                          luaL_typename(L, kItem));
}

bool is_awaitable(lua_State* L, int index) {
  if (is_callable(L, index)) return true;
  if (luaL_getmetafield(L, index, "__await") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

// Where the used coroutine object on top of the stack came first in the list; 0 when it was used elsewhere.
std::uint32_t first_place(lua_State* L, lua_Integer before) {
  for (lua_Integer i = 1; i < before; ++i) {
    lua_geti(L, 1, i);
    bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 1);
    if (same) return static_cast<std::uint32_t>(i);
  }
  return 0;
}

}  // namespace

int gather(lua_State* L) {
  lua::check_table(L, 1);
  lua::check_options(L, 2, {"return_errors"});
  bool keep_errors = lua::option_boolean(L, 2, "return_errors", false);
  lua_settop(L, 1);
  lua_Integer count = luaL_len(L, 1);
  kernel::begin_suspend(L);
  Group* group = push_group(L, Group::Kind::gather);
  if (keep_errors) group->keep_errors();
  lua_createtable(L, static_cast<int>(count), 0);
  lua_pushvalue(L, -1);
  group->set_results(L, static_cast<std::uint32_t>(count));
  Kernel& kernel = kernel::kernel_of(L);
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_geti(L, 1, i);
    kernel::Call* call = kernel::to_call(L, kItem);
    if (call != nullptr) {
      if (call->used) {
        std::uint32_t first = first_place(L, i);
        if (first == 0) return bad_item(L, group, i);
        // It runs once, and gives its result in both places: the handle stands for it until then.
        kernel::push_handle(L, kernel, group->child_in(first));
        lua_rawseti(L, kResults, i);
        lua_pop(L, 1);
        group->repeat(static_cast<std::uint32_t>(i));
        continue;
      }
      kernel::use_call(L, kItem, call);
    } else if (Task* other = kernel::to_task(L, kItem)) {
      lua_rawseti(L, kResults, i);
      group->subscribe(other, static_cast<std::uint32_t>(i), static_cast<std::size_t>(count));
      continue;
    } else if (is_awaitable(L, kItem)) {
      call = to_spawnable(L, kItem);
    } else {
      return bad_item(L, group, i);
    }
    // The call waits for its turn where its result will be.
    kernel.scheduler.spawn_kept(call->origin, group)->index = static_cast<std::uint32_t>(i);
    lua_rawseti(L, kResults, i);
  }
  lua_settop(L, 3);
  return wait_for_group(L, group);
}

}  // namespace arun::modules
