// pcall and xpcall that a task's own cancellation passes, and async.try, which alone catches it.
#include "kernel/protected_call.h"

#include "kernel/call.h"
#include "kernel/cancel.h"
#include "kernel/failure.h"
#include "kernel/kernel.h"
#include "lua/args.h"
#include "lua/error.h"

namespace arun::kernel {
namespace {

lua_KContext moment(lua_State* L) {
  return static_cast<lua_KContext>(kernel_of(L).cancel_clock);
}

// Whether the error of a protected call that began at `began` must not be caught.
bool must_pass(lua_State* L, lua_KContext began) {
  return passes(kernel_of(L).scheduler.running(), static_cast<std::uint64_t>(began));
}

// Below the results lies `true`, pushed before the call.
int pcall_done(lua_State* L, int status, lua_KContext began) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L);
  if (must_pass(L, began)) return lua_error(L);
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

// Below the results lie the handler and `true`. Its handler saw the error; when the error passes, what the handler
// made of it does not count.
int xpcall_done(lua_State* L, int status, lua_KContext began) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 1;
  if (must_pass(L, began)) {
    Task* task = kernel_of(L).scheduler.running();
    if (!is_own_cancellation(L, -1, task)) push_own_cancellation(L, task);
    return lua_error(L);
  }
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

int try_done(lua_State* L, int status, lua_KContext began) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L);
  if (must_pass(L, began)) settle(kernel_of(L).scheduler.running(), static_cast<std::uint64_t>(began));
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

}  // namespace

int protected_call(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  lua_KContext began = moment(L);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, began, pcall_done);
  return pcall_done(L, status, began);
}

int protected_call_with_handler(lua_State* L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  int arguments = lua_gettop(L) - 2;
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);  // function, handler, true, function, arguments
  lua_remove(L, 1);
  lua_KContext began = moment(L);
  int status = lua_pcallk(L, arguments, LUA_MULTRET, 1, began, xpcall_done);
  return xpcall_done(L, status, began);
}

int try_call(lua_State* L) {
  luaL_checkany(L, 1);
  to_plain_call(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  lua_KContext began = moment(L);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, began, try_done);
  return try_done(L, status, began);
}

}  // namespace arun::kernel
