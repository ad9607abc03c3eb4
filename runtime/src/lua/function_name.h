// What functions are called in messages. A function knows neither its name nor who else has it, and Lua's debug
// information knows only how its caller's code calls it, which under pcall is not at all.
#pragma once

#include <lua.hpp>

namespace arun::lua {

// Pushes the name under which a loaded library has the function at this index ("table.sort", "print"); pushes nothing
// and is false when none has.
bool push_library_name(lua_State* L, int function);

// Pushes the key under which the table at this index holds the function (but for metamethods, which have other names
// as well), or pushes nothing and is false.
bool push_key_of(lua_State* L, int table, int function);

// Pushes the name of the C function that runs: as arun's modules and the methods of its objects have it, else as its
// caller calls it, else "?". Whether it was called as a method.
bool push_running_name(lua_State* L);

}  // namespace arun::lua
