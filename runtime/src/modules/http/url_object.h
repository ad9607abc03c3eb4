// The URL as a userdata of Lua.
#pragma once

#include <lua.hpp>

#include "modules/http/url.h"

namespace arun::http {

inline constexpr const char* kUrlMetatable = "arun.Url";

// Pushes the URL of the parts. Raises kind "usage" for what is none; `given` is what the caller wrote, for the message,
// null when that was parts.
void push_url(lua_State* L, const UrlParts& parts, Escapes escapes, const char* given);

// The URL at the index, valid as long as it stands there; false when there is none.
bool test_url(lua_State* L, int arg, Url* url = nullptr);
Url check_url(lua_State* L, int arg);

// The parts of the argument, a URL or a string.
UrlParts check_reference(lua_State* L, int arg);

// URLs made of parts and of others: sets `with`, `with_query`, `extend_query` in the table on top of the stack.
void set_url_builders(lua_State* L);
// build_url(parts)
int build_url(lua_State* L);

}  // namespace arun::http
