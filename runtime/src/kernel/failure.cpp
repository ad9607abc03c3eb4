#include "kernel/failure.h"

#include <cstring>

#include "kernel/cancel.h"
#include "kernel/kernel.h"

namespace arun::kernel {
namespace {

constexpr const char* kMetatable = "arun.Failure";

// The frame of the scheduler's C function at the bottom of every task says nothing to the reader.
void strip_bottom_frame(lua_State* L) {
  size_t length = 0;
  const char* text = lua_tolstring(L, -1, &length);
  constexpr const char* kFrame = "\n\t[C]: in ?";
  size_t frame = std::strlen(kFrame);
  if (length < frame || std::memcmp(text + length - frame, kFrame, frame) != 0) return;
  lua_pushlstring(L, text, length - frame);
  lua_replace(L, -2);
}

// Pops a record: it is the one that the task's next error may stem from.
void keep_record(lua_State* L, Kernel& kernel, Task* task) {
  if (task->came_from != 0) {
    kernel.anchors.replace(L, task->came_from);
  } else {
    task->came_from = kernel.anchors.add(L);
  }
}

}  // namespace

void open_failures(lua_State* L, Kernel& kernel) {
  luaL_newmetatable(L, kMetatable);
  kernel.failure_metatable = lua_topointer(L, -1);
  lua_createtable(L, 2, 0);
  for (int key : {kFailureValue, kFailureMessage}) {
    lua_pushliteral(L, "not enough memory");
    lua_rawseti(L, -2, key);
  }
  luaL_setmetatable(L, kMetatable);
  kernel.out_of_memory = kernel.anchors.add(L);
  lua_pop(L, 1);
}

void push_traceback(lua_State* L, lua_State* of, int level) {
  luaL_traceback(L, of, nullptr, level);
  strip_bottom_frame(L);
}

std::string task_name(const Kernel& kernel, const Task* task) {
  if (task->name != nullptr) return *task->name;
  if (task->origin.name != 0) return kernel.places.name(task->origin.name);
  return "task-" + std::to_string(task->id);
}

std::string task_label(const Kernel& kernel, const Task* task) {
  std::string label = "task '" + task_name(kernel, task) + "'";
  if (task->origin.place != 0) label += " (created at " + kernel.places.text(task->origin.place) + ")";
  return label;
}

namespace {

// Pushes the task's name, or its number when it has none: names that differ with each task would fill Lua's table of
// strings, and making them takes time.
void push_name_of(lua_State* L, const Kernel& kernel, const Task* task) {
  if (task->name != nullptr) {
    lua_pushlstring(L, task->name->data(), task->name->size());
  } else if (task->origin.name != 0) {
    lua_pushstring(L, kernel.places.name(task->origin.name).c_str());
  } else {
    lua_pushinteger(L, task->id);
  }
}

// Pushes the error at the index as text. A table that cannot say what it is has perhaps a message.
void push_error_text(lua_State* L, int index) {
  bool speaks = luaL_getmetafield(L, index, "__tostring") != LUA_TNIL;
  if (speaks) lua_pop(L, 1);
  if (!speaks && lua_istable(L, index)) {
    lua_pushliteral(L, "message");
    if (lua_rawget(L, index) == LUA_TSTRING) return;
    lua_pop(L, 1);
  }
  luaL_tolstring(L, index, nullptr);
}

}  // namespace

int failure_handler(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  Task* task = kernel.scheduler.running();
  lua_settop(L, 1);
  if (task == nullptr || is_own_cancellation(L, 1, task)) return 1;
  bool raised_again = false;
  if (task->came_from != 0) {
    kernel.anchors.push(L, task->came_from);
    lua_rawgeti(L, 2, kFailureValue);
    raised_again = lua_rawequal(L, -1, 1) != 0;
    lua_pop(L, 1);
    if (raised_again && task->failed) return lua_settop(L, 1), 1;
  }
  lua_createtable(L, kFailureOrigin, 0);
  int record = lua_gettop(L);
  luaL_setmetatable(L, kMetatable);
  lua_pushvalue(L, 1);
  lua_rawseti(L, record, kFailureValue);
  push_error_text(L, 1);
  lua_rawseti(L, record, kFailureMessage);
  push_traceback(L, L, 1);
  lua_rawseti(L, record, kFailureTraceback);
  push_name_of(L, kernel, task);
  lua_rawseti(L, record, kFailureTask);
  lua_pushinteger(L, task->origin.place);
  lua_rawseti(L, record, kFailureOrigin);
  if (raised_again) {
    lua_pushvalue(L, 2);
    lua_rawseti(L, record, kFailureCause);
  }
  keep_record(L, kernel, task);
  task->failed = true;
  lua_settop(L, 1);
  return 1;
}

void wrap_failure(lua_State* L, Task* task) {
  // When memory is out, Lua calls no message handler.
  Kernel& kernel = kernel_of(L);
  kernel.anchors.push(L, task->failed ? task->came_from : kernel.out_of_memory);
  lua_rawgeti(L, -1, kFailureValue);
  bool same = lua_rawequal(L, -1, -3) != 0;
  lua_pop(L, 1);
  lua_remove(L, same ? -2 : -1);
}

void unwrap_failure(lua_State* L, Task* into) {
  if (!is_failure(L, -1)) return;
  lua_checkstack(L, 4);
  Kernel& kernel = kernel_of(L);
  if (into != nullptr) {
    lua_pushvalue(L, -1);
    keep_record(L, kernel, into);
    into->failed = false;
  }
  lua_rawgeti(L, -1, kFailureValue);
  lua_remove(L, -2);
}

bool is_failure(lua_State* L, int index) {
  if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return false;
  bool equal = lua_topointer(L, -1) == kernel_of(L).failure_metatable;
  lua_pop(L, 1);
  return equal;
}

}  // namespace arun::kernel
