#include "kernel/context.h"

#include "kernel/kernel.h"

namespace arun::kernel {

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

void set_context(lua_State* L, Kernel& kernel, Task* task) {
  std::uint32_t anchor = kernel.anchors.add(L);
  release_context(kernel, task->context);
  task->context = new Context{anchor, 1};
}

}  // namespace arun::kernel
