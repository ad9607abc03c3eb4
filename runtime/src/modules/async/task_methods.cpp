#include "modules/async/task_methods.h"

#include "kernel/cancel.h"
#include "kernel/failure.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "kernel/taskset.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/self.h"
#include "modules/async/done_callback.h"
#include "modules/async/time_slice.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Outcome;
using kernel::Task;
using kernel::TaskState;

Task* check_task(lua_State* L) {
  Task* task = kernel::to_task(L, 1);
  if (task == nullptr) lua::self_error(L, "task");
  return task;
}

Task* check_done(lua_State* L) {
  Task* task = check_task(L);
  if (!task->done()) lua::raise_usage(L, "the task has not ended yet: await it first");
  return task;
}

const char* state_name(const Task* task) {
  switch (task->state) {
    case TaskState::created:
    case TaskState::ready:
      return task->thread == nullptr ? "created" : "ready";
    case TaskState::running:
      return "running";
    case TaskState::waiting:
      return "waiting";
    case TaskState::done:
      break;
  }
  switch (task->outcome) {
    case Outcome::error:
      return "failed";
    case Outcome::cancelled:
      return "cancelled";
    default:
      return "done";
  }
}

// Copies a std::string to the Lua stack by way of a buffer, so that none is alive if Lua raises.
template <class Text>
void push_text(lua_State* L, Text text) {
  char buffer[512];
  size_t length = text().copy(buffer, sizeof buffer);
  lua_pushlstring(L, buffer, length);
}

int task_result(lua_State* L) {
  return kernel::push_outcome(L, 1, check_done(L));
}

int task_error(lua_State* L) {
  Task* task = check_done(L);
  kernel::kernel_of(L).scheduler.observe(task);
  switch (task->outcome) {
    case Outcome::error:
      lua_getiuservalue(L, 1, 1);
      kernel::unwrap_failure(L, nullptr);
      return 1;
    case Outcome::cancelled:
      kernel::push_cancelled(L, task);
      return 1;
    default:
      return 0;
  }
}

int task_id(lua_State* L) {
  lua_pushinteger(L, check_task(L)->id);
  return 1;
}

int task_done(lua_State* L) {
  lua_pushboolean(L, check_task(L)->done());
  return 1;
}

int task_cancelled(lua_State* L) {
  lua_pushboolean(L, check_task(L)->outcome == Outcome::cancelled);
  return 1;
}

int task_cancel(lua_State* L) {
  Task* task = check_task(L);
  const char* reason = lua_isnoneornil(L, 2) ? nullptr : lua::check_string(L, 2).data();
  lua_pushboolean(L, kernel::cancel_task(kernel::kernel_of(L), task, reason));
  return 1;
}

int task_name(lua_State* L) {
  Task* task = check_task(L);
  push_text(L, [&] { return kernel::task_name(kernel::kernel_of(L), task); });
  return 1;
}

int task_set_name(lua_State* L) {
  Task* task = check_task(L);
  std::string_view name = lua::check_string(L, 2);
  task->name = std::make_unique<std::string>(name);
  lua_settop(L, 1);
  return 1;
}

int task_state(lua_State* L) {
  lua_pushstring(L, state_name(check_task(L)));
  return 1;
}

int task_waits_for(lua_State* L) {
  Task* task = check_task(L);
  if (task->state != TaskState::waiting) return 0;
  push_text(L, [&] {
    std::string text;
    task->operation->describe(&text);
    return text;
  });
  return 1;
}

int task_stack(lua_State* L) {
  Task* task = check_task(L);
  if (task->thread == nullptr) {
    lua_pushliteral(L, "");
    return 1;
  }
  kernel::push_traceback(L, task->thread, 0);
  return 1;
}

int task_origin(lua_State* L) {
  Task* task = check_task(L);
  push_text(L, [&] { return kernel::kernel_of(L).places.text(task->origin.place); });
  return 1;
}

int task_tostring(lua_State* L) {
  Task* task = check_task(L);
  push_text(L,
            [&] { return "<task '" + kernel::task_name(kernel::kernel_of(L), task) + "' " + state_name(task) + ">"; });
  return 1;
}

struct Collect {
  lua_State* L;
  Kernel* kernel;
  const kernel::TaskSet* run;
  lua_Integer count;
};

void collect_task(void* context, Task* task) {
  auto* collect = static_cast<Collect*>(context);
  if (task->owner->run() != collect->run) return;
  kernel::push_handle(collect->L, *collect->kernel, task);
  lua_rawseti(collect->L, 1, ++collect->count);
}

}  // namespace

int current_task(lua_State* L) {
  Kernel& kernel = kernel::kernel_of(L);
  if (kernel.scheduler.running() == nullptr) return 0;
  kernel::push_handle(L, kernel, kernel.scheduler.running());
  return 1;
}

int all_tasks(lua_State* L) {
  Kernel& kernel = kernel::kernel_of(L);
  lua_settop(L, 0);
  lua_newtable(L);
  if (kernel.scheduler.running() == nullptr) return 1;
  Collect collect{L, &kernel, kernel.scheduler.running()->owner->run(), 0};
  kernel.scheduler.for_each_task(collect_task, &collect);
  return 1;
}

void open_task_methods(lua_State* L) {
  const luaL_Reg methods[] = {
      {"id", task_id},
      {"result", task_result},
      {"error", task_error},
      {"done", task_done},
      {"cancelled", task_cancelled},
      {"cancel", task_cancel},
      {"name", task_name},
      {"set_name", task_set_name},
      {"set_time_slice", task_set_time_slice},
      {"state", task_state},
      {"waits_for", task_waits_for},
      {"stack", task_stack},
      {"created_at", task_origin},
      {"add_done_callback", add_done_callback},
      {nullptr, nullptr},
  };
  luaL_getmetatable(L, "arun.task");
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, task_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}

}  // namespace arun::modules
