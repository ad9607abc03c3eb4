// arun.native.core: what the Lua parts of all modules share.
#include <lua.hpp>

#include "lua/args.h"
#include "lua/error.h"
#include "lua/self.h"
#include "modules/module.h"
#include "modules/open_handles.h"

namespace arun::modules {
namespace {

// error(fields): makes the table an error object, and returns it.
int make_error(lua_State* L) {
  lua::check_table(L, 1);
  lua_settop(L, 1);
  lua::make_error(L);
  return 1;
}

// is_error(value, kind): whether it is an error object of this kind.
int is_error(lua_State* L) {
  lua_pushboolean(L, lua::is_error(L, 1, luaL_checkstring(L, 2)));
  return 1;
}

// usage(message): raises kind "usage" at the script's line that called the Lua part of arun that calls this.
int usage(lua_State* L) {
  return lua::raise_usage(L, "%s", luaL_checkstring(L, 1));
}

// place(): "main.lua:12: ", the script's line that called, for an error of kind "usage" that is found out later.
int place(lua_State* L) {
  lua::push_place(L);
  return 1;
}

}  // namespace

int open_core(lua_State* L) {
  const luaL_Reg functions[] = {{"error", make_error},
                                {"is_error", is_error},
                                {"usage", usage},
                                {"place", place},
                                {"self_check", lua::self_check},
                                {"open_handles", open_handles},
                                {"open_handle", open_handle},
                                {nullptr, nullptr}};
  luaL_newlib(L, functions);
  return 1;
}

}  // namespace arun::modules
