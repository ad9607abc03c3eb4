#include "modules/async/group.h"

#include "kernel/handle.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"
#include "modules/async/group_outcome.h"
#include "modules/async/scope.h"
#include "modules/async/spawn.h"
#include "modules/async/task_group.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

constexpr const char* kMetatable = "arun.group";

Group* check_group(lua_State* L) {
  return static_cast<Group*>(luaL_checkudata(L, 1, kMetatable));
}

int group_spawn(lua_State* L) {
  Group* group = check_group(L);
  Task* task = spawn_task(L, 2, group);
  lua_pushvalue(L, 1);
  group->keep_alive(L);
  if (!group->is_run()) task->index = group->new_slot(L);
  return 1;
}

int group_wait(lua_State* L) {
  Group* group = check_group(L);
  lua_settop(L, 1);
  return wait_for_group(L, group);
}

int group_cancel(lua_State* L) {
  check_group(L)->cancel_children(luaL_optstring(L, 2, nullptr));
  return 0;
}

int group_size(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_group(L)->size()));
  return 1;
}

}  // namespace

int wait_for_group(lua_State* L, Group* group) {
  Task* task = kernel::begin_suspend(L);
  if (group->task != nullptr) return lua::raise_usage(L, "another task waits for the end of this group already");
  if (group->ended()) return kernel::suspend_completed(L, task, group);
  return kernel::suspend(L, task, group);
}

Group* push_group(lua_State* L, Group::Kind kind) {
  Kernel& kernel = kernel::kernel_of(L);
  Task* task = kernel.scheduler.running();
  if (task == nullptr) lua::raise_usage(L, "no tasks run here: start one with async.run");
  kernel::TaskSet* parent = kind == Group::Kind::run ? nullptr : task->owner->run();
  auto* group = new (lua_newuserdatauv(L, sizeof(Group), 1)) Group(kernel, parent, kind);
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {{"spawn", group_spawn},
                                {"wait", group_wait},
                                {"cancel", group_cancel},
                                {"size", group_size},
                                {nullptr, nullptr}};
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    lua_pushcfunction(state, lua::destroy<Group>);
    lua_setfield(state, -2, "__gc");
  });
  lua_setmetatable(L, -2);
  return group;
}

int new_group(lua_State* L) {
  Group* group = push_group(L, Group::Kind::group);
  lua_newtable(L);
  group->set_results(L, 0);
  if (!lua_isnoneornil(L, 1)) {
    group->set_body(to_scope(L, 1));
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
  }
  return 1;
}

int new_run(lua_State* L) {
  Group* group = push_group(L, Group::Kind::run);
  lua_newtable(L);
  group->set_results(L, 0);
  return 1;
}

int group_error(lua_State* L) {
  lua::check_table(L, 1);
  lua_settop(L, 1);
  make_group_error(L);
  return 1;
}

}  // namespace arun::modules
