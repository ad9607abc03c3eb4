#pragma once

#include <lua.hpp>

namespace arun::kernel {

// Replaces debug.sethook and debug.gethook in the globals of L: they see the script's own hook while the one of a safe
// point (safe_point.h) stands in its place.
void open_debug(lua_State* L);

}  // namespace arun::kernel
