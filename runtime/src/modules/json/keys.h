// Object keys repeat: this finds the Lua string of one seen before without hashing and interning its bytes again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <lua.hpp>

namespace arun::json {

class KeyCache {
 public:
  static constexpr int kSlots = 256;

  // Pushes a table for the strings of a cache; `strings` of push is its index.
  static void push_strings(lua_State* L) {
    lua_createtable(L, kSlots, 0);
    for (int slot = 1; slot <= kSlots; ++slot) {
      lua_pushboolean(L, 0);
      lua_rawseti(L, -2, slot);
    }
  }

  // At least 8 bytes must be readable at `text`.
  void push(lua_State* L, int strings, const char* text, std::size_t length) {
    if (length == 0 || length > kLongest) {
      lua_pushlstring(L, text, length);
      return;
    }
    // Up to 16 bytes, the first 8, the last 8 and the length are the whole key.
    std::uint64_t head = load(text);
    std::uint64_t tail = 0;
    if (length < 8) {
      head &= ~std::uint64_t{0} >> (64 - 8 * length);
    } else {
      tail = load(text + length - 8);
    }
    std::uint64_t hash = (head * 0x9E3779B97F4A7C15U) ^ (tail * 0xC2B2AE3D27D4EB4FU) ^ length;
    hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15U;
    std::size_t slot = hash >> 56;
    Entry& entry = entries_[slot];
    if (entry.head == head && entry.tail == tail && entry.length == length) {
      lua_rawgeti(L, strings, static_cast<lua_Integer>(slot) + 1);
      return;
    }
    lua_pushlstring(L, text, length);
    lua_pushvalue(L, -1);
    lua_rawseti(L, strings, static_cast<lua_Integer>(slot) + 1);
    entry = {head, tail, length};
  }

 private:
  static constexpr std::size_t kLongest = 16;

  struct Entry {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    std::size_t length = 0;
  };

  static std::uint64_t load(const char* text) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text, sizeof bytes);
    return bytes;
  }

  std::array<Entry, kSlots> entries_{};
};

}  // namespace arun::json
