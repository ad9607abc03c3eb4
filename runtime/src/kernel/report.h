// What the program says on stderr about errors that nobody caught and tasks that nobody can wake.
#pragma once

#include "kernel/kernel.h"

namespace arun::kernel {

// Writes the failure (record or plain value) at this index, with its chain of tasks and the source lines.
void report_failure(Kernel& kernel, lua_State* L, int index);

// Names every task that has not ended, what it waits for, where it was created and its stack.
void report_deadlock(Kernel& kernel);

}  // namespace arun::kernel
