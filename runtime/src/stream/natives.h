// arun.native.stream: what makes streams.
#pragma once

#include <lua.hpp>

#include "stream/address.h"

namespace arun::stream {

// connect(host, port [, local_host]): a stream to a numeric address, from this one of ours.
int connect_ip(lua_State* L);
// connect_path(path): a stream to a Unix socket.
int connect_path(lua_State* L);
// listen(host, port, backlog, reuse_port) and listen_path(path, backlog): a listener.
int listen_ip(lua_State* L);
int listen_path(lua_State* L);

// A numeric address and a port, or a path, from the arguments; raise kind "usage".
Address check_ip(lua_State* L, int host, int port);
Address check_unix_path(lua_State* L, int arg);

// Pushes the module's table.
int open_natives(lua_State* L);

}  // namespace arun::stream
