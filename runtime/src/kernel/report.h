// What the program says about errors that nobody caught, tasks that nobody can wake, coroutines that nobody awaited.
#pragma once

#include <cstdint>

#include "kernel/kernel.h"

namespace arun::kernel {

// Writes the failure (record or plain value) at this index, with its chain of tasks and the source lines.
void report_failure(Kernel& kernel, lua_State* L, int index);

// A coroutine object was collected without having run; where it was made, and its function's name (Places).
void report_unawaited(Kernel& kernel, Origin origin);

// Names the tasks that have not ended, what they wait for, where they were created and their stacks: those that are
// alike as one, and no more than a screenful.
void report_deadlock(Kernel& kernel);

}  // namespace arun::kernel
