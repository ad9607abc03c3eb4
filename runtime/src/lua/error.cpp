#include "lua/error.h"

#include <cstdarg>
#include <cstring>

#include "lua/place.h"

namespace arun::lua {
namespace {

constexpr const char* kMetatable = "arun.Error";

void push_error_v(lua_State* L, const char* kind, const char* format, va_list arguments) {
  lua_createtable(L, 0, 4);
  lua_pushstring(L, kind);
  lua_setfield(L, -2, "kind");
  lua_pushvfstring(L, format, arguments);
  lua_setfield(L, -2, "message");
  make_error(L);
}

int error_tostring(lua_State* L) {
  if (lua_getfield(L, 1, "message") != LUA_TNIL) return luaL_tolstring(L, -1, nullptr), 1;
  lua_pushliteral(L, "error of kind ");
  lua_getfield(L, 1, "kind");
  luaL_tolstring(L, -1, nullptr);
  lua_remove(L, -2);
  lua_concat(L, 2);
  return 1;
}

}  // namespace

void open_errors(lua_State* L) {
  luaL_newmetatable(L, kMetatable);
  lua_pushcfunction(L, error_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pop(L, 1);
}

void make_error(lua_State* L) {
  luaL_setmetatable(L, kMetatable);
}

void push_error(lua_State* L, const char* kind, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  push_error_v(L, kind, format, arguments);
  va_end(arguments);
}

int raise(lua_State* L, const char* kind, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  push_error_v(L, kind, format, arguments);
  va_end(arguments);
  lua_error(L);
  __builtin_unreachable();
}

int raise_usage(lua_State* L, const char* format, ...) {
  push_place(L);
  va_list arguments;
  va_start(arguments, format);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  raise(L, "usage", "%s", lua_tostring(L, -1));
}

void push_place(lua_State* L) {
  lua_Debug ar;
  if (find_script_line(L, 1, &ar) < 0) {
    lua_pushliteral(L, "");
  } else {
    lua_pushfstring(L, "%s:%d: ", ar.short_src, ar.currentline);
  }
}

int raise_out_of_memory(lua_State* L) {
  lua_pushliteral(L, "not enough memory");
  lua_error(L);
  __builtin_unreachable();
}

bool is_error(lua_State* L, int index, const char* kind) {
  index = lua_absindex(L, index);
  if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return false;
  luaL_getmetatable(L, kMetatable);
  bool is_object = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  if (!is_object) return false;
  lua_pushstring(L, "kind");
  bool matches = lua_rawget(L, index) == LUA_TSTRING && std::strcmp(lua_tostring(L, -1), kind) == 0;
  lua_pop(L, 1);
  return matches;
}

}  // namespace arun::lua
