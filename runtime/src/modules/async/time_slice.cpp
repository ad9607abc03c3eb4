#include "modules/async/time_slice.h"

#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/self.h"

namespace arun::modules {
namespace {

kernel::Nanoseconds optional_seconds(lua_State* L, int arg) {
  return lua_isnoneornil(L, arg) ? 0 : lua::check_seconds(L, arg);
}

[[noreturn]] int raise_no_timer(lua_State* L) {
  lua::raise(L, "io", "the system has no timer left");
}

}  // namespace

int set_slow_callback(lua_State* L) {
  if (!kernel::kernel_of(L).watchdog.set_slow_callback(optional_seconds(L, 1))) raise_no_timer(L);
  return 0;
}

int task_set_time_slice(lua_State* L) {
  kernel::Task* task = kernel::to_task(L, 1);
  if (task == nullptr) lua::self_error(L, "task");
  kernel::Nanoseconds slice = optional_seconds(L, 2);
  if (!task->done() && !kernel::kernel_of(L).watchdog.set_time_slice(task, slice)) raise_no_timer(L);
  lua_settop(L, 1);
  return 1;
}

}  // namespace arun::modules
