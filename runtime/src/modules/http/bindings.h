// The Lua faces of the module's parts. Each `open` adds its functions to the module table on top of the stack.
#pragma once

#include <cstddef>
#include <string_view>

#include <lua.hpp>

#include "modules/http/headers.h"
#include "modules/http/percent.h"

namespace arun::http {

void open_headers(lua_State* L);      // headers
void open_head_writer(lua_State* L);  // request_head, response_head
void open_url(lua_State* L);          // parse_url, build_url
void open_query(lua_State* L);        // encode, decode, encode_query, decode_query
void open_charset(lua_State* L);      // to_utf8
void open_connection(lua_State* L);   // connection

// Pushes the fields as an object. May raise "not enough memory".
void push_headers(lua_State* L, const Field* fields, std::size_t count);
// The same for the bytes of a Headers.
void push_headers_block(lua_State* L, std::string_view block);

// The argument as headers: such an object, nil (then null), or a table, in whose place the object made of it comes.
const Headers* to_headers(lua_State* L, int arg);

// Pushes the text without its percent-encoding.
void push_decoded(lua_State* L, std::string_view text, Plus plus);

// Pushes the query of the URL-encoded form that the argument describes: a string as it is, a table of names and values.
void push_query(lua_State* L, int arg, const char* what = "query parameter");

}  // namespace arun::http
