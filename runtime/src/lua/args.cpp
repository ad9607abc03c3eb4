#include "lua/args.h"

#include <cmath>

#include "lua/error.h"
#include "lua/function_name.h"

namespace arun::lua {

int argument_error(lua_State* L, int arg, const char* message) {
  bool method = push_running_name(L);
  const char* name = lua_tostring(L, -1);
  if (method && --arg == 0) raise_usage(L, "calling '%s' on bad self (%s)", name, message);
  raise_usage(L, "bad argument #%d to '%s' (%s)", arg, name, message);
}

const char* push_type_name(lua_State* L, int index) {
  if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING) return lua_tostring(L, -1);
  return lua_pushstring(L, luaL_typename(L, index));
}

int type_error(lua_State* L, int arg, const char* expected) {
  const char* actual = push_type_name(L, arg);
  argument_error(L, arg, lua_pushfstring(L, "%s expected, got %s", expected, actual));
}

std::string_view check_string(lua_State* L, int arg) {
  size_t length = 0;
  const char* text = lua_tolstring(L, arg, &length);
  if (text == nullptr) type_error(L, arg, "string");
  return {text, length};
}

const char* check_path(lua_State* L, int arg) {
  std::string_view path = check_string(L, arg);
  if (path.find('\0') != std::string_view::npos) argument_error(L, arg, "path contains a NUL byte");
  return path.data();
}

lua_Number check_number(lua_State* L, int arg) {
  int is_number = 0;
  lua_Number number = lua_tonumberx(L, arg, &is_number);
  if (!is_number) type_error(L, arg, "number");
  return number;
}

lua_Integer check_integer(lua_State* L, int arg) {
  int is_integer = 0;
  lua_Integer integer = lua_tointegerx(L, arg, &is_integer);
  if (!is_integer) {
    if (lua_isnumber(L, arg)) argument_error(L, arg, "number has no integer representation");
    type_error(L, arg, "integer");
  }
  return integer;
}

lua_Integer optional_integer(lua_State* L, int arg, lua_Integer otherwise) {
  return lua_isnoneornil(L, arg) ? otherwise : check_integer(L, arg);
}

void check_function(lua_State* L, int arg) {
  if (!lua_isfunction(L, arg)) type_error(L, arg, "function");
}

void check_table(lua_State* L, int arg) {
  if (!lua_istable(L, arg)) type_error(L, arg, "table");
}

void check_any(lua_State* L, int arg) {
  if (lua_isnone(L, arg)) argument_error(L, arg, "value expected");
}

std::uint64_t check_seconds(lua_State* L, int arg) {
  int whole = 0;
  if (lua_tointegerx(L, arg, &whole) <= 0 && whole != 0) return 0;  // most often 0, to give way: no conversion
  lua_Number seconds = check_number(L, arg);
  if (std::isnan(seconds)) argument_error(L, arg, "seconds expected, got NaN");
  if (seconds <= 0) return 0;
  constexpr double kLongest = 9.0e18;
  // Rounded up: what is more than nothing lets a clock go on.
  double nanoseconds = std::ceil(seconds * 1e9);
  return static_cast<std::uint64_t>(nanoseconds < kLongest ? nanoseconds : kLongest);
}

}  // namespace arun::lua
