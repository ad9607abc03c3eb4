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

const char* field(lua_State* L, int index, int key) {
  lua_rawgeti(L, index, key);
  const char* text = lua_tostring(L, -1);
  lua_pop(L, 1);  // the record keeps it
  return text;
}

void append_line(std::string* out, const char* text) {
  if (text == nullptr || *text == '\0') return;
  if (!out->empty() && out->back() != '\n') out->push_back('\n');
  out->append(text);
}

}  // namespace

void open_failures(lua_State* L, Kernel& kernel) {
  luaL_newmetatable(L, kMetatable);
  kernel.failure_metatable = lua_topointer(L, -1);
  lua_pop(L, 1);
}

void push_traceback(lua_State* L, lua_State* of, int level) {
  luaL_traceback(L, of, nullptr, level);
  strip_bottom_frame(L);
}

std::string task_name(Kernel& kernel, const Task* task) {
  if (task->name != nullptr) return *task->name;
  if (task->function != 0) return kernel.places.name(task->function);
  return "task-" + std::to_string(task->id);
}

std::string task_label(Kernel& kernel, const Task* task) {
  std::string label = "task '" + task_name(kernel, task) + "'";
  if (task->origin != 0) label += " (created at " + kernel.places.text(task->origin) + ")";
  return label;
}

namespace {

constexpr size_t kLabelSize = 256;

void copy_task_label(char (&to)[kLabelSize], Kernel& kernel, const Task* task) {
  to[task_label(kernel, task).copy(to, kLabelSize - 1)] = '\0';
}

}  // namespace

int failure_handler(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  Task* task = kernel.scheduler.running();
  lua_settop(L, 1);
  if (task == nullptr || is_failure(L, 1) || is_own_cancellation(L, 1, task)) return 1;
  lua_createtable(L, 5, 0);
  luaL_setmetatable(L, kMetatable);
  lua_pushvalue(L, 1);
  lua_rawseti(L, 2, kFailureValue);
  if (lua_isnil(L, 1)) {
    lua_pushliteral(L, "nil");
  } else {
    luaL_tolstring(L, 1, nullptr);
  }
  lua_rawseti(L, 2, kFailureMessage);
  push_traceback(L, L, 1);
  lua_rawseti(L, 2, kFailureTraceback);
  char label[kLabelSize];
  copy_task_label(label, kernel, task);
  lua_pushstring(L, label);
  lua_rawseti(L, 2, kFailureTask);
  if (task->came_from != 0) {
    kernel.anchors.push(L, task->came_from);
    lua_rawgeti(L, -1, kFailureValue);
    if (lua_rawequal(L, -1, 1)) {
      lua_pop(L, 1);
      lua_rawseti(L, 2, kFailureCause);
    } else {
      lua_pop(L, 2);
    }
  }
  return 1;
}

void unwrap_failure(lua_State* L, Task* into) {
  if (!is_failure(L, -1)) return;
  lua_checkstack(L, 4);
  Kernel& kernel = kernel_of(L);
  if (into != nullptr) {
    lua_pushvalue(L, -1);
    if (into->came_from != 0) {
      kernel.anchors.replace(L, into->came_from);
    } else {
      into->came_from = kernel.anchors.add(L);
    }
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

std::string describe_failure(lua_State* L, int index) {
  lua_checkstack(L, 8);
  if (!is_failure(L, index)) {
    const char* text = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : luaL_typename(L, index);
    return text;
  }
  std::string out;
  lua_pushvalue(L, index);
  append_line(&out, field(L, -1, kFailureMessage));
  // From where it was raised outwards: the cause is what happened first.
  std::string outward;
  for (;;) {
    std::string part;
    append_line(&part, field(L, -1, kFailureTraceback));
    append_line(&part, "in ");
    const char* task = field(L, -1, kFailureTask);
    part += task != nullptr ? task : "?";
    lua_rawgeti(L, -1, kFailureCause);
    lua_remove(L, -2);
    bool more = lua_istable(L, -1);
    outward = outward.empty() ? part : part + "\nawaited by\n" + outward;
    if (!more) break;
  }
  lua_pop(L, 1);
  append_line(&out, outward.c_str());
  return out;
}

}  // namespace arun::kernel
