#include "modules/async/done_callback.h"

#include "kernel/call.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "kernel/taskset.h"
#include "lua/args.h"
#include "lua/self.h"
#include "modules/async/spawn.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

// Holds the call until the task ends; then it becomes a task of the same run.
class DoneCallback final : public kernel::Waiter {
 public:
  // Pops the call from L. May raise, before anything is made.
  static DoneCallback* make(lua_State* L, Kernel& kernel) {
    const auto* call = static_cast<const kernel::Call*>(lua_touserdata(L, -1));
    std::uint32_t anchor = kernel.anchors.add(L);
    return new DoneCallback(kernel, call, anchor);
  }

  void task_done(Task* task) override {
    kernel_.scheduler.spawn_kept(call_->origin, task->owner->run())->anchor = anchor_;
    delete this;
  }

  bool looks_on() const override { return true; }

  void abandoned() override {
    kernel_.anchors.release(anchor_);
    delete this;
  }

 private:
  DoneCallback(Kernel& kernel, const kernel::Call* call, std::uint32_t anchor)
      : kernel_(kernel), call_(call), anchor_(anchor) {}

  Kernel& kernel_;
  const kernel::Call* call_;
  std::uint32_t anchor_;
};

}  // namespace

int add_done_callback(lua_State* L) {
  Task* task = kernel::to_task(L, 1);
  if (task == nullptr) return lua::self_error(L, "task");
  if (!is_callable(L, 2)) return lua::type_error(L, 2, "function");
  lua_settop(L, 2);
  lua_pushvalue(L, 1);  // handle, function, handle
  to_spawnable(L, 2);
  Kernel& kernel = kernel::kernel_of(L);
  DoneCallback* callback = DoneCallback::make(L, kernel);
  if (!task->done()) {
    task->add_waiter(callback);
    return 0;
  }
  Task* running = kernel.scheduler.running();
  if (running != nullptr) {
    callback->task_done(running);
  } else {
    callback->abandoned();
  }
  return 0;
}

}  // namespace arun::modules
