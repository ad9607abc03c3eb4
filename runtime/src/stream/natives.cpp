#include "stream/natives.h"

#include "lua/args.h"
#include "lua/error.h"
#include "stream/stream_box.h"

namespace arun::stream {
namespace {

constexpr lua_Integer kLastPort = 65535;

// is_address(text): whether it is a numeric address.
int is_address(lua_State* L) {
  std::string_view text = lua::check_string(L, 1);
  Address address;
  lua_pushboolean(L, text.find('\0') == std::string_view::npos && address.set_ip(text.data(), 0));
  return 1;
}

// is_path(text): whether it can be the path of a Unix socket.
int is_path(lua_State* L) {
  Address address;
  lua_pushboolean(L, address.set_path(lua::check_string(L, 1)));
  return 1;
}

// claim(stream): from now on the stream is the caller's: it counts as opened here.
int claim(lua_State* L) {
  Stream& stream = check_stream(L, 1);
  if (stream.is_open()) stream.note_open(L);
  return 0;
}

// keep(stream): it is idle, and kept for whoever needs one.
int keep(lua_State* L) {
  check_stream(L, 1).keep();
  return 0;
}

}  // namespace

Address check_ip(lua_State* L, int host, int port) {
  lua_Integer number = lua::check_integer(L, port);
  if (number < 0 || number > kLastPort) lua::argument_error(L, port, "port out of range");
  Address address;
  if (!address.set_ip(lua::check_path(L, host), static_cast<int>(number))) {
    lua::argument_error(L, host, "numeric address expected");
  }
  return address;
}

Address check_unix_path(lua_State* L, int arg) {
  Address address;
  if (!address.set_path(lua::check_string(L, arg))) {
    lua::argument_error(L, arg, "path of at most 107 bytes without NUL expected");
  }
  return address;
}

int open_natives(lua_State* L) {
  const luaL_Reg functions[] = {
      {"connect", connect_ip},    {"connect_path", connect_path}, {"listen", listen_ip}, {"listen_path", listen_path},
      {"is_address", is_address}, {"is_path", is_path},           {"claim", claim},      {"keep", keep},
      {nullptr, nullptr}};
  luaL_newlib(L, functions);
  return 1;
}

}  // namespace arun::stream
