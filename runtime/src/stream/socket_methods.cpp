// stream:local_address, peer_address, set_nodelay and set_keepalive.
#include <netinet/tcp.h>

#include "lua/args.h"
#include "stream/stream_box.h"
#include "uv/error.h"

namespace arun::stream {
namespace {

constexpr lua_Integer kLongestIdle = 32767;  // seconds; tcp(7)

int raise_status(lua_State* L, const Stream& stream, int status, const char* operation) {
  char text[Address::kTextSize];
  uv::push_address_error(L, status, operation, stream.peer().text(text));
  return lua_error(L);
}

}  // namespace

int stream_local_address(lua_State* L) {
  return check_open(L, 1).socket().local_address().push(L);
}

int stream_peer_address(lua_State* L) {
  return check_stream(L, 1).peer().push(L);
}

int stream_set_nodelay(lua_State* L) {
  Stream& stream = check_open(L, 1);
  if (!lua_isboolean(L, 2)) return lua::type_error(L, 2, "boolean");
  if (!stream.peer().is_ip()) return 0;
  int status = stream.socket().set_option(IPPROTO_TCP, TCP_NODELAY, lua_toboolean(L, 2));
  return status < 0 ? raise_status(L, stream, status, "set_nodelay") : 0;
}

int stream_set_keepalive(lua_State* L) {
  Stream& stream = check_open(L, 1);
  bool on = lua_toboolean(L, 2) != 0;
  lua_Integer idle = on ? lua::check_integer(L, 2) : 1;
  if (idle < 1 || idle > kLongestIdle) return lua::argument_error(L, 2, "seconds from 1 to 32767, or false, expected");
  if (!stream.peer().is_ip()) return 0;
  Socket& socket = stream.socket();
  int status = socket.set_option(SOL_SOCKET, SO_KEEPALIVE, on);
  if (status == 0 && on) status = socket.set_option(IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(idle));
  return status < 0 ? raise_status(L, stream, status, "set_keepalive") : 0;
}

}  // namespace arun::stream
