#include "kernel/loop.h"

namespace arun::kernel {

LoopEnd run_loop(Kernel& kernel, bool (*done)(void* context), void* context) {
  for (;;) {
    kernel.scheduler.drain();
    if (done(context)) return LoopEnd::done;
    if (kernel.scheduler.has_ready() || kernel.timers.due()) {
      uv_run(&kernel.loop, UV_RUN_NOWAIT);
    } else {
      if (kernel.timers.empty() && !uv_loop_alive(&kernel.loop)) return LoopEnd::deadlock;
      kernel.timers.arm_loop();
      uv_run(&kernel.loop, UV_RUN_ONCE);
    }
    kernel.timers.expire_due();
  }
}

}  // namespace arun::kernel
