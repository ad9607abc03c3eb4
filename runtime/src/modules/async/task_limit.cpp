#include "modules/async/task_limit.h"

#include <cstdio>

#include "kernel/cancel.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "lua/args.h"
#include "lua/userdata.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

constexpr const char* kMetatable = "arun.task_limit";

// User value 1 of its userdata is the task's handle, which keeps the task.
class TaskLimit final : public kernel::Timer {
 public:
  TaskLimit(Kernel& kernel, Task* task, double seconds) : kernel_(kernel), task_(task), seconds_(seconds) {}

  void expired() override {
    expired_ = true;
    char reason[64];
    std::snprintf(reason, sizeof reason, "timed out after %g s", seconds_);
    kernel::cancel_task(kernel_, task_, reason);
  }

  void close() { kernel_.timers.remove(this); }
  bool has_expired() const { return expired_; }

 private:
  Kernel& kernel_;
  Task* task_;
  double seconds_;
  bool expired_ = false;
};

TaskLimit* check_limit(lua_State* L) {
  return static_cast<TaskLimit*>(luaL_checkudata(L, 1, kMetatable));
}

int limit_expired(lua_State* L) {
  lua_pushboolean(L, check_limit(L)->has_expired());
  return 1;
}

int limit_close(lua_State* L) {
  check_limit(L)->close();
  return 0;
}

}  // namespace

int new_task_limit(lua_State* L) {
  Kernel& kernel = kernel::kernel_of(L);
  Task* task = kernel::to_task(L, 1);
  if (task == nullptr) return lua::type_error(L, 1, "task");
  kernel::Nanoseconds duration = lua::check_seconds(L, 2);
  auto* limit = new (lua_newuserdatauv(L, sizeof(TaskLimit), 1)) TaskLimit(kernel, task, lua_tonumber(L, 2));
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {{"expired", limit_expired}, {nullptr, nullptr}};
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    const luaL_Reg meta[] = {{"__gc", limit_close}, {"__close", limit_close}, {nullptr, nullptr}};
    luaL_setfuncs(state, meta, 0);
  });
  lua_setmetatable(L, -2);
  kernel.timers.add(limit, kernel.timers.now() + duration);
  return 1;
}

}  // namespace arun::modules
