#pragma once

#include <lua.hpp>

namespace arun::kernel {

// Replaces what must be replaced in Lua's coroutine library, and pcall and xpcall, in the globals of L.
void open_coroutines(lua_State* L);

// A coroutine whose body runs under a protected call, so that its clean-up may await: generators, coroutine.wrap.
// new_generator(f) pushes a callable; close_generator(g) unwinds it at its yield.
int new_generator(lua_State* L);
int close_generator(lua_State* L);

// Whether this C function, one of ours, lets a suspension pass when Lua code that it called awaits.
bool lets_suspend(lua_CFunction function);

// The coroutine that the innermost function of L has resumed and waits for; null when it is none of ours.
lua_State* inner_coroutine(lua_State* L);

}  // namespace arun::kernel
