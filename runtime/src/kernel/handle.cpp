#include "kernel/handle.h"

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
  Task* task;
};

int handle_collected(lua_State* L) {
  auto* handle = static_cast<Handle*>(lua_touserdata(L, 1));
  Task* task = handle->task;
  handle->task = nullptr;
  if (task != nullptr) kernel_of(L).scheduler.handle_gone(task);
  return 0;
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
  auto* handle = static_cast<Handle*>(lua_newuserdatauv(L, sizeof(Handle), 1));
  *handle = {Tag::handle, nullptr};
  luaL_setmetatable(L, kMetatable);
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
