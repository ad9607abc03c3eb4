#include "kernel/handle.h"

#include "kernel/call.h"
#include "kernel/cancel.h"
#include "kernel/failure.h"
#include "kernel/kernel.h"
#include "kernel/tag.h"
#include "kernel/taskset.h"

namespace arun::kernel {
namespace {

constexpr const char* kMetatable = "arun.task";

struct Handle {
  Tag tag;
  std::uint32_t values;  // the function and its arguments, until the task starts; 0 = it has a call instead
  Task* task;
};

int handle_collected(lua_State* L) {
  auto* handle = static_cast<Handle*>(lua_touserdata(L, 1));
  Task* task = handle->task;
  handle->task = nullptr;
  if (task != nullptr) kernel_of(L).scheduler.handle_gone(task);
  return 0;
}

// Pushes a handle, with no task yet, that has so many user values.
Handle* new_handle(lua_State* L, int user_values, std::uint32_t values) {
  auto* handle = static_cast<Handle*>(lua_newuserdatauv(L, sizeof(Handle), user_values));
  *handle = {Tag::handle, values, nullptr};
  luaL_setmetatable(L, kMetatable);
  return handle;
}

// Pushes a user value of the handle at the index, which gives it away.
void take_value(lua_State* L, int handle, int value) {
  lua_getiuservalue(L, handle, value);
  lua_pushnil(L);
  lua_setiuservalue(L, handle, value);
}

}  // namespace

void open_handles(lua_State* L) {
  luaL_newmetatable(L, kMetatable);
  lua_pushcfunction(L, handle_collected);
  lua_setfield(L, -2, "__gc");
  lua_pushliteral(L, "task");
  lua_setfield(L, -2, "__name");
  lua_pop(L, 1);
}

void push_handle(lua_State* L, Kernel& kernel, Task* task) {
  if (task->has_handle) {
    kernel.anchors.push(L, task->anchor);
    return;
  }
  Handle* handle = new_handle(L, 1, 0);
  if (task->thread == nullptr) {
    // It has not started: the handle keeps its call.
    if (task->anchor == 0) {
      task->owner->push_call_of(task, L);
    } else {
      kernel.anchors.push(L, task->anchor);
    }
    lua_setiuservalue(L, -2, 1);
  }
  lua_pushvalue(L, -1);
  if (task->anchor == 0) {
    task->anchor = kernel.anchors.add(L);
  } else {
    kernel.anchors.replace(L, task->anchor);
  }
  handle->task = task;
  task->has_handle = true;
}

Task* spawn_function(lua_State* L, int arguments, Origin origin, TaskSet* owner) {
  check_arguments(L, arguments);
  Kernel& kernel = kernel_of(L);
  int function = lua_gettop(L) - arguments;
  Handle* handle = new_handle(L, arguments + 1, static_cast<std::uint32_t>(arguments) + 1);
  lua_pushvalue(L, -1);
  std::uint32_t anchor = kernel.anchors.add(L);
  lua_insert(L, function);
  for (int i = arguments; i >= 0; --i) lua_setiuservalue(L, function, i + 1);
  Task* task = kernel.scheduler.spawn_kept(origin, owner);
  task->anchor = anchor;
  task->has_handle = true;
  handle->task = task;
  return task;
}

int unpack_handle(lua_State* L) {
  int place = lua_gettop(L);
  auto* handle = static_cast<Handle*>(lua_touserdata(L, place));
  int values = static_cast<int>(handle->values);
  if (!lua_checkstack(L, values + 2)) {
    lua_pop(L, 1);
    return -1;
  }
  for (int i = 2; i <= values; ++i) take_value(L, place, i);
  take_value(L, place, 1);
  lua_replace(L, place);
  return values > 0 ? values : unpack_call(L);
}

void forget_call(Kernel& kernel, const Task* task) {
  int top = lua_gettop(kernel.holder);
  kernel.anchors.push(kernel.holder, task->anchor);
  unpack_handle(kernel.holder);
  lua_settop(kernel.holder, top);
}

void keep_outcome(lua_State* L, const Task* task, int count) {
  if (count == 0) return;
  Kernel& kernel = kernel_of(L);
  kernel.anchors.push(kernel.holder, task->anchor);
  lua_pushvalue(L, L == kernel.holder ? -2 : -1);
  if (L != kernel.holder) lua_xmove(L, kernel.holder, 1);
  lua_setiuservalue(kernel.holder, -2, 1);
  lua_pop(kernel.holder, 1);
}

Task* to_task(lua_State* L, int index) {
  const auto* handle = to_tagged<Handle>(L, index, Tag::handle);
  return handle != nullptr ? handle->task : nullptr;
}

int push_outcome(lua_State* L, int handle, Task* task) {
  kernel_of(L).scheduler.observe(task);
  switch (task->outcome) {
    case Outcome::value: {
      if (task->results == 1) {
        lua_getiuservalue(L, handle, 1);
        return 1;
      }
      if (task->results == 0) return 0;
      lua_getiuservalue(L, handle, 1);
      int packed = lua_gettop(L);
      int count = static_cast<int>(task->results);
      luaL_checkstack(L, count, "too many results");
      for (int i = 1; i <= count; ++i) lua_rawgeti(L, packed, i);
      return count;
    }
    case Outcome::error:
      lua_getiuservalue(L, handle, 1);
      unwrap_failure(L, kernel_of(L).scheduler.running());
      return lua_error(L);
    default:
      push_cancelled(L, task);
      return lua_error(L);
  }
}

}  // namespace arun::kernel
