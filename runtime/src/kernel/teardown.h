#pragma once

#include "kernel/kernel.h"

namespace arun::kernel {

// Opens the loop of a kernel: 0, or a negative libuv status, and nothing is open.
int open_loop(Kernel& kernel);
// Opens its Lua state afterwards. False when memory is out.
bool open_lua(Kernel& kernel);

// Ends all: tasks, Lua state, handles, loop, in this order.
void close_kernel(Kernel& kernel);

}  // namespace arun::kernel
