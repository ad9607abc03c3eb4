// The report of an error that nobody caught.
#pragma once

#include <lua.hpp>

#include "kernel/report/report.h"

namespace arun::kernel {

// The failure (record or plain value) at the index, with its chain of tasks. Never raises.
Report make_failure_report(lua_State* L, int index);

}  // namespace arun::kernel
