// Object keys repeat, and so do many values: this finds the Lua string of a short text seen before without hashing and
// interning all its bytes again.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <lua.hpp>

namespace arun::json {

class StringCache {
 public:
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
    // Up to 16 bytes, the first 8, the last 8 and the length are the whole text.
    std::uint64_t head = load(text);
    std::uint64_t tail = 0;
    if (length < 8) {
      head = first_bytes(head, length);
    } else {
      tail = load(text + length - 8);
    }
    std::uint64_t hash = (head * 0x9E3779B97F4A7C15U) ^ (tail * 0xC2B2AE3D27D4EB4FU) ^ length;
    hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15U;
    std::size_t slot = hash >> (64 - kSlotBits);
    Entry& entry = entries_[slot];
    auto index = static_cast<lua_Integer>(slot) + 1;
    if (entry.head == head && entry.tail == tail && entry.length == length) {
      lua_rawgeti(L, strings, index);
      return;
    }
    lua_pushlstring(L, text, length);
    // What never comes again is not worth keeping: a text takes the place when it is missed twice in a row.
    if (entry.missed != hash) {
      entry.missed = hash;
      return;
    }
    lua_pushvalue(L, -1);
    lua_rawseti(L, strings, index);
    entry = {head, tail, length, hash};
  }

 private:
  static constexpr int kSlotBits = 8;
  static constexpr int kSlots = 1 << kSlotBits;
  static constexpr std::size_t kLongest = 16;

  struct Entry {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    std::size_t length = 0;
    std::uint64_t missed = 0;  // the hash of the last text that was not found here
  };

  static std::uint64_t load(const char* text) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text, sizeof bytes);
    return bytes;
  }

  static std::uint64_t first_bytes(std::uint64_t bytes, std::size_t count) {
    std::size_t others = 8 * (8 - count);
    return std::endian::native == std::endian::little ? bytes << others : bytes >> others;
  }

  std::array<Entry, kSlots> entries_{};
};

}  // namespace arun::json
