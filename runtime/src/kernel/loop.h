// Turns of the libuv loop between drains of the scheduler.
#pragma once

#include "kernel/kernel.h"

namespace arun::kernel {

enum class LoopEnd {
  done,
  deadlock,  // tasks wait and nothing can ever wake them
};

// Runs tasks and polls I/O until `done(context)` holds after a drain.
LoopEnd run_loop(Kernel& kernel, bool (*done)(void* context), void* context);

}  // namespace arun::kernel
