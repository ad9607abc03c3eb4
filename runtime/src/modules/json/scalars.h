// Numbers and strings as JSON text.
#pragma once

#include <cstddef>

#include <lua.hpp>

#include "modules/json/buffer.h"

namespace arun::json {

void write_integer(lua_State* L, Buffer& out, lua_Integer integer);

// The fewest digits that read back as the same float, always recognisable as a float: 1.0, 1e+300. Finite numbers only.
void write_float(lua_State* L, Buffer& out, lua_Number number);

// False when the bytes are not UTF-8; what was written then is to be thrown away.
bool write_string(lua_State* L, Buffer& out, const char* text, std::size_t length);

}  // namespace arun::json
