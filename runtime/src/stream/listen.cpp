// listen and listen_path, and the listener they give.
#include <cstring>
#include <new>

#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"
#include "stream/listener.h"
#include "stream/natives.h"
#include "stream/stream_box.h"
#include "uv/error.h"

namespace arun::stream {
namespace {

constexpr const char* kMetatable = "arun.listener";

Listener& check_listener(lua_State* L) {
  auto* listener = static_cast<Listener*>(luaL_testudata(L, 1, kMetatable));
  if (listener == nullptr) lua::type_error(L, 1, "listener");
  return *listener;
}

int listener_accept(lua_State* L) {
  Listener& listener = check_listener(L);
  if (!listener.is_open()) {
    char text[Address::kTextSize];
    return lua::raise(L, "closed", "accept %s: the listener is closed", listener.address().text(text));
  }
  if (listener.has_acceptor()) return lua::raise_usage(L, "another task accepts from this listener already");
  kernel::Task* task = kernel::begin_suspend(L);
  auto* operation = task->emplace<Accept>(&listener, push_stream(L));
  // Also when a connection is at hand it gives way, so that the tasks for those before come to their turn.
  return listener.begin(operation) ? kernel::suspend_completed(L, task, operation)
                                   : kernel::suspend(L, task, operation);
}

int listener_close(lua_State* L) {
  check_listener(L).close();
  return 0;
}

int listener_tostring(lua_State* L) {
  const Listener& listener = check_listener(L);
  char text[Address::kTextSize];
  lua_pushfstring(L, listener.is_open() ? "listener (%s)" : "listener (%s, closed)", listener.address().text(text));
  return 1;
}

// Fields: `address`, the host or path it listens at, and `port`. The methods are in the upvalue.
int listener_index(lua_State* L) {
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  const char* key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
  bool wants_port = std::strcmp(key, "port") == 0;
  if (!wants_port && std::strcmp(key, "address") != 0) return 0;
  int values = check_listener(L).address().push(L);  // host and port, or path
  if (values == 2) lua_pop(L, wants_port ? 0 : 1);
  return values == 1 && wants_port ? 0 : 1;
}

void fill_metatable(lua_State* L) {
  const luaL_Reg methods[] = {{"accept", listener_accept}, {"close", listener_close}, {nullptr, nullptr}};
  const luaL_Reg meta[] = {{"__gc", lua::destroy<Listener>},
                           {"__close", listener_close},
                           {"__tostring", listener_tostring},
                           {nullptr, nullptr}};
  luaL_setfuncs(L, meta, 0);
  luaL_newlib(L, methods);
  lua_pushcclosure(L, listener_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "listener");
  lua_setfield(L, -2, "__name");
}

int listen_at(lua_State* L, const Address& address, int backlog, bool reuse_port) {
  auto& listener = *new (lua_newuserdatauv(L, sizeof(Listener), 0)) Listener(kernel::kernel_of(L));
  lua::push_metatable(L, kMetatable, fill_metatable);
  lua_setmetatable(L, -2);
  int status = listener.listen(address, backlog, reuse_port);
  if (status < 0) {
    char text[Address::kTextSize];
    uv::push_address_error(L, status, "listen", address.text(text));
    return lua_error(L);
  }
  listener.note_open(L);
  return 1;
}

}  // namespace

int listen_ip(lua_State* L) {
  Address address = check_ip(L, 1, 2);
  return listen_at(L, address, static_cast<int>(lua::optional_integer(L, 3, SOMAXCONN)), lua_toboolean(L, 4) != 0);
}

int listen_path(lua_State* L) {
  Address address = check_unix_path(L, 1);
  return listen_at(L, address, static_cast<int>(lua::optional_integer(L, 2, SOMAXCONN)), false);
}

}  // namespace arun::stream
