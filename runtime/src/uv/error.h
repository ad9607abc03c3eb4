// The one place that turns a libuv status into an error object.
#pragma once

#include <lua.hpp>

namespace arun::uv {

// Pushes an error object of kind "io" for a negative libuv status (on Unix, a negated errno):
//   {kind = "io", code = "ENOENT", operation = "open", path = "config.toml",
//    message = "open config.toml: no such file or directory (ENOENT)"}
// `path` may be null. With `to`, for operations from one path to another, the message names both and the field `to`
// is set. The strings are copied; may raise out of memory.
void push_error(lua_State* L, int status, const char* operation, const char* path, const char* to = nullptr);

// The same for an operation on a connection: the message names the other side, and the field `address` is set.
void push_address_error(lua_State* L, int status, const char* operation, const char* address);

// push_error and lua_error in one. Never returns.
int raise_error(lua_State* L, int status, const char* operation, const char* path, const char* to = nullptr);

}  // namespace arun::uv
