// Argument checks that raise kind "usage", naming the function, the argument and the place of the call.
#pragma once

#include <cstdint>
#include <string_view>

#include <lua.hpp>

namespace arun::lua {

// Raises: bad argument #arg to 'f' (message).
[[noreturn]] int argument_error(lua_State* L, int arg, const char* message);
// Raises: bad argument #arg to 'f' (expected expected, got <type>).
[[noreturn]] int type_error(lua_State* L, int arg, const char* expected);
// Pushes what messages call the type of the value, and gives it: its metatable's `__name`, if any.
const char* push_type_name(lua_State* L, int index);

std::string_view check_string(lua_State* L, int arg);
// A string without NUL, as the operating system wants it.
const char* check_path(lua_State* L, int arg);
lua_Number check_number(lua_State* L, int arg);
lua_Integer check_integer(lua_State* L, int arg);
lua_Integer optional_integer(lua_State* L, int arg, lua_Integer otherwise);
void check_function(lua_State* L, int arg);
void check_table(lua_State* L, int arg);
void check_any(lua_State* L, int arg);

// Seconds as nanoseconds; refuses NaN and what is no number. Negative counts as 0, what is too long as the maximum.
std::uint64_t check_seconds(lua_State* L, int arg);

}  // namespace arun::lua
