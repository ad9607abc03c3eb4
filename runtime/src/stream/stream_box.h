// Streams as Lua sees them: a userdata, closed until its socket is opened, and closed when collected.
#pragma once

#include <lua.hpp>

#include "stream/stream.h"

namespace arun::stream {

// Pushes a new stream. May raise; what makes its socket follows, so that nobody else has to own a descriptor.
Stream* push_stream(lua_State* L);

// The stream of the userdata at this index; raises kind "usage" for other values.
Stream& check_stream(lua_State* L, int arg);
// The same; raises kind "closed" when it is closed.
Stream& check_open(lua_State* L, int arg);

// The methods, by file.
int stream_read(lua_State* L);  // read_methods.cpp
int stream_read_exactly(lua_State* L);
int stream_read_until(lua_State* L);
int stream_read_all(lua_State* L);
int stream_lines(lua_State* L);
int stream_write(lua_State* L);  // write_methods.cpp
int stream_flush(lua_State* L);
int stream_shutdown(lua_State* L);
int stream_close(lua_State* L);
int stream_leave(lua_State* L);          // __close
int stream_local_address(lua_State* L);  // socket_methods.cpp
int stream_peer_address(lua_State* L);
int stream_set_nodelay(lua_State* L);
int stream_set_keepalive(lua_State* L);

}  // namespace arun::stream
