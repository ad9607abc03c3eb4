// The text being written. Plain memory owned by a userdata, so that Lua may jump out of any frame that uses it.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include <lua.hpp>

namespace arun::json {

struct Buffer {
  char* begin = nullptr;
  char* at = nullptr;
  char* end = nullptr;

  std::size_t size() const { return static_cast<std::size_t>(at - begin); }

  // Room for that many bytes at `at`; raises "not enough memory".
  void reserve(lua_State* L, std::size_t bytes) {
    if (static_cast<std::size_t>(end - at) < bytes) grow(L, bytes);
  }

  void put(lua_State* L, char c) {
    reserve(L, 1);
    *at++ = c;
  }

  void put(lua_State* L, std::string_view text) {
    reserve(L, text.size());
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  }

  void grow(lua_State* L, std::size_t bytes);
  void release();
};

}  // namespace arun::json
