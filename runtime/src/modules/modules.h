#pragma once

#include <lua.hpp>

namespace arun::modules {

// Makes `require` find the runtime's modules: the Lua parts, which are compiled into the library, the native parts,
// which are in it or in a shared module beside it.
void open_modules(lua_State* L);

}  // namespace arun::modules
