// Options tables: every key is known, or the error names the nearest one that is.
#pragma once

#include <initializer_list>

#include <lua.hpp>

namespace arun::lua {

// Checks that the argument is nil or a table whose keys are all among the names; raises kind "usage" otherwise:
// unknown option 'timout' (did you mean 'timeout'?)
void check_options(lua_State* L, int arg, std::initializer_list<const char*> names);

// Whether the option was given.
bool has_option(lua_State* L, int arg, const char* name);

// The option as a value of its type, or `otherwise` when absent; raises kind "usage" naming the option when of another
// type.
bool option_boolean(lua_State* L, int arg, const char* name, bool otherwise);
lua_Integer option_integer(lua_State* L, int arg, const char* name, lua_Integer otherwise);
// Without NUL, as the operating system wants it. The string lives as long as the options table holds it.
const char* option_string(lua_State* L, int arg, const char* name, const char* otherwise);

}  // namespace arun::lua
