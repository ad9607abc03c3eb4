#include "modules/async/sleep.h"

#include <cstdio>

#include "kernel/suspend.h"
#include "lua/args.h"

namespace arun::modules {
namespace {

using kernel::Kernel;

class Sleep final : public kernel::Operation, public kernel::Timer {
 public:
  explicit Sleep(Kernel& kernel) : kernel_(kernel) {}

  void expired() override { kernel_.scheduler.wake(task, kernel::Wake::idle); }

  // The value to give back, if any, is the only thing on the stack.
  int finish(lua_State* L) override { return lua_gettop(L); }

  CancelResult cancel(Kernel& kernel) override {
    kernel.timers.remove(this);
    return CancelResult::detached;
  }

  void describe(std::string* out) const override {
    const kernel::Timers& timers = kernel_.timers;
    double left = armed() ? static_cast<double>(timers.deadline_of(this) - timers.now()) / 1e9 : 0;
    char text[48];
    std::snprintf(text, sizeof text, "sleep, %.3f s to go", left);
    *out = text;
  }

  void dispose() override {}

 private:
  Kernel& kernel_;  // not by way of the thread, which lies far away when there are a million
};

}  // namespace

int sleep(lua_State* L) {
  kernel::Nanoseconds duration = lua::check_seconds(L, 1);
  bool has_value = lua_gettop(L) > 1;
  if (duration == 0 && !has_value) return kernel::yield_turn(L);
  lua_settop(L, has_value ? 2 : 1);
  lua_remove(L, 1);
  kernel::Task* task = kernel::begin_suspend(L);
  Kernel& kernel = kernel::kernel_of(L);
  auto* operation = task->emplace<Sleep>(kernel);
  kernel.timers.add(operation, kernel.timers.now() + duration);
  return kernel::suspend(L, task, operation);
}

}  // namespace arun::modules
