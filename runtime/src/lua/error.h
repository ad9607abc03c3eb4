// Error objects: tables of one metatable, with `kind`, `message` and what applies of `code`, `path`, ...
#pragma once

#include <lua.hpp>

namespace arun::lua {

// Creates the metatable of error objects in the registry of L.
void open_errors(lua_State* L);

// Pushes an error object {kind = kind, message = formatted}. The format is lua_pushfstring's (%s %d %f %I %c %U %p %%).
// The caller may set further fields on the table it finds on top before it raises it with lua_error.
void push_error(lua_State* L, const char* kind, const char* format, ...);

// push_error and lua_error in one. Never returns; `return raise(...)` reads well in a binding.
[[noreturn]] int raise(lua_State* L, const char* kind, const char* format, ...);

// Raises kind "usage", its message prefixed with the place of the Lua code that called the running C function.
[[noreturn]] int raise_usage(lua_State* L, const char* format, ...);

// Pushes "main.lua:12: ", the innermost line of the script, or "".
void push_place(lua_State* L);

// Raises Lua's own "not enough memory", for memory that is not Lua's.
[[noreturn]] int raise_out_of_memory(lua_State* L);

// Makes the table on top of the stack an error object (sets the metatable).
void make_error(lua_State* L);

// Whether the value at the index is an error object of this kind.
bool is_error(lua_State* L, int index, const char* kind);

}  // namespace arun::lua
