#include "kernel/context.h"

#include "kernel/kernel.h"
#include "lua/userdata.h"

namespace arun::kernel {
namespace {

constexpr const char* kMetatable = "arun.context";

// Replaces the table on top of the stack, or nil, by a new one with its entries.
void copy(lua_State* L) {
  int old = lua_gettop(L);
  lua_newtable(L);
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    lua_pushliteral(state, "k");
    lua_setfield(state, -2, "__mode");
  });
  lua_setmetatable(L, -2);
  if (lua_istable(L, old)) {
    for (lua_pushnil(L); lua_next(L, old) != 0;) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, old + 1);
    }
  }
  lua_remove(L, old);
}

}  // namespace

Context* share_context(Context* context) {
  if (context != nullptr) ++context->owners;
  return context;
}

void release_context(Kernel& kernel, Context* context) {
  if (context == nullptr || --context->owners > 0) return;
  kernel.anchors.release(context->anchor);
  delete context;
}

void push_context(lua_State* L, Kernel& kernel, const Task* task) {
  if (task->context == nullptr) return lua_pushnil(L);
  kernel.anchors.push(L, task->context->anchor);
}

void set_in_context(lua_State* L, Kernel& kernel, Task* task) {
  Context* shared = task->context;
  push_context(L, kernel, task);
  bool own = shared != nullptr && shared->owners == 1;
  if (!own) copy(L);
  lua_insert(L, -3);
  lua_rawset(L, -3);
  if (own) return lua_pop(L, 1);
  std::uint32_t anchor = kernel.anchors.add(L);
  release_context(kernel, shared);
  task->context = new Context{anchor, 1};
}

}  // namespace arun::kernel
