#include "kernel/debug_lib.h"

#include "kernel/kernel.h"

namespace arun::kernel {
namespace {

// Upvalue 1: Lua's own function. It runs twice when it fails: protected, so that the hook is put back, and then as if
// it had been called by the script, for it names itself in its message.
int with_own_hook(lua_State* L) {
  SafePoints& safe_points = kernel_of(L).safe_points;
  lua_CFunction function = lua_tocfunction(L, lua_upvalueindex(1));
  int arguments = lua_gettop(L);
  luaL_checkstack(L, arguments + 1, nullptr);
  lua_pushvalue(L, lua_upvalueindex(1));
  for (int i = 1; i <= arguments; ++i) lua_pushvalue(L, i);
  safe_points.reveal_own_hook();
  int status = lua_pcall(L, arguments, LUA_MULTRET, 0);
  safe_points.cover_own_hook();
  if (status == LUA_OK) return lua_gettop(L) - arguments;
  lua_settop(L, arguments);
  return function(L);
}

}  // namespace

void open_debug(lua_State* L) {
  lua_getglobal(L, LUA_DBLIBNAME);
  for (const char* name : {"sethook", "gethook"}) {
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, with_own_hook, 1);
    lua_setfield(L, -2, name);
  }
  lua_pop(L, 1);
}

}  // namespace arun::kernel
