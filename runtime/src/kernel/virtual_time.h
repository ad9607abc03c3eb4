// Virtual time: the clock stands still while any task can run or real I/O is under way, and jumps to the next deadline
// when all wait. What the sleeps of a program make of it takes no time at all.
#pragma once

#include "kernel/kernel.h"

namespace arun::kernel {

// Sleeps and time limits go by a virtual clock from now on, or by the real one again. Neither goes back.
void set_virtual_time(Kernel& kernel, bool on);

// One turn of the loop when no task is ready; false when nothing can ever wake one. A wait for what may never come,
// from outside of this process (a peer, a child, an event of the file system), lets the clock go at the real pace: a
// time limit is as long as it says. Both ends of a connection in this process are not outside of it.
bool virtual_turn(Kernel& kernel);

}  // namespace arun::kernel
