// The report of a task that holds the loop.
#pragma once

#include <lua.hpp>

#include "kernel/report/report.h"
#include "kernel/timers.h"

namespace arun::kernel {

struct Kernel;

// The running task at a safe point of L, a thread of it; see report_slow.
Report make_slow_report(const Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited);

}  // namespace arun::kernel
