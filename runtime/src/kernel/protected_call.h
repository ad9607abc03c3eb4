#pragma once

#include <lua.hpp>

namespace arun::kernel {

// Lua's pcall(f, ...) and xpcall(f, handler, ...): the cancellation of the running task is not theirs to catch.
int protected_call(lua_State* L);
int protected_call_with_handler(lua_State* L);

// try(f, ...): like pcall, and catches the running task's cancellation too, which is over then.
int try_call(lua_State* L);

}  // namespace arun::kernel
