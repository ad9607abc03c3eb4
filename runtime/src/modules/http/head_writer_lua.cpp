// request_head and response_head: what a connection sends before the body.
#include <cstring>

#include "lua/args.h"
#include "lua/error.h"
#include "modules/http/bindings.h"
#include "modules/http/head_writer.h"

namespace arun::http {
namespace {

// nil: no body; a number: its length; "chunked".
Framing check_framing(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return {};
  if (lua_type(L, arg) == LUA_TNUMBER) {
    lua_Integer length = lua::check_integer(L, arg);
    if (length < 0) lua::argument_error(L, arg, "a length is not negative");
    return {Framing::Kind::length, static_cast<std::uint64_t>(length)};
  }
  if (lua::check_string(L, arg) != "chunked") lua::argument_error(L, arg, "nil, a length or \"chunked\" expected");
  return {Framing::Kind::chunked, 0};
}

template <typename Head>
int push_head(lua_State* L, const Head& head) {
  Fault fault;
  if (!check(head, fault)) return lua::raise_usage(L, "%s", fault.message());
  luaL_Buffer buffer;
  char* out = luaL_buffinitsize(L, &buffer, size_of(head));
  luaL_pushresultsize(&buffer, static_cast<std::size_t>(write(head, out) - out));
  return 1;
}

// request_head(method, target [, headers [, length | "chunked"]])
int request_head(lua_State* L) {
  RequestHead head{lua::check_string(L, 1), lua::check_string(L, 2), to_headers(L, 3), check_framing(L, 4)};
  return push_head(L, head);
}

// response_head(status [, headers [, length | "chunked" [, reason]]])
int response_head(lua_State* L) {
  lua_Integer status = lua::check_integer(L, 1);
  if (status < 0 || status > 999) status = 0;
  std::string_view reason = lua_isnoneornil(L, 4) ? std::string_view{} : lua::check_string(L, 4);
  ResponseHead head{static_cast<int>(status), reason, to_headers(L, 2), check_framing(L, 3)};
  return push_head(L, head);
}

}  // namespace

void open_head_writer(lua_State* L) {
  const luaL_Reg functions[] = {{"request_head", request_head}, {"response_head", response_head}, {nullptr, nullptr}};
  luaL_setfuncs(L, functions, 0);
}

}  // namespace arun::http
