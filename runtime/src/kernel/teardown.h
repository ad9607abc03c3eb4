#pragma once

#include "kernel/kernel.h"

namespace arun::kernel {

// Opens the Lua state and the loop of a kernel.  False when memory is out.
bool open_kernel(Kernel& kernel);

// Ends all: tasks, Lua state, handles, loop, in this order.
void close_kernel(Kernel& kernel);

}  // namespace arun::kernel
