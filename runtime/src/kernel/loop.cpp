#include "kernel/loop.h"

#include "kernel/supervisor.h"
#include "kernel/virtual_time.h"

namespace arun::kernel {
namespace {

// Waits for what may wake a task; false when nothing can.
bool wait_turn(Kernel& kernel) {
  if (kernel.timers.empty() && !uv_loop_alive(&kernel.loop)) return false;
  kernel.timers.arm_loop();
  uv_run(&kernel.loop, UV_RUN_ONCE);
  return true;
}

}  // namespace

LoopEnd run_loop(Kernel& kernel, bool (*done)(void* context), void* context) {
  uv_update_time(&kernel.loop);
  for (;;) {
    kernel.clock = static_cast<std::uint32_t>(uv_now(&kernel.loop));
    kernel.scheduler.drain();
    if (done(context)) return LoopEnd::done;
    if (kernel.scheduler.has_ready() || kernel.timers.due()) {
      uv_run(&kernel.loop, UV_RUN_NOWAIT);
    } else if (!(kernel.virtual_time ? virtual_turn(kernel) : wait_turn(kernel))) {
      Supervisor* supervisor = kernel.scheduler.supervisor();
      if (supervisor == nullptr || !supervisor->deadlocked()) return LoopEnd::deadlock;
    }
    kernel.timers.expire_due();
  }
}

}  // namespace arun::kernel
