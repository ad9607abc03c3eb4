// Lua objects kept alive by number: a table that the collector sees and C++ indexes.
#pragma once

#include <cstdint>
#include <vector>

#include <lua.hpp>

namespace arun::kernel {

class Anchors {
 public:
  // Makes the table, on the stack of a Lua thread that is nobody's to run (see Kernel). May raise.
  void open(lua_State* holder);

  // Pops the value on top of L and keeps it; the slot's number, never 0. May raise.
  std::uint32_t add(lua_State* L);
  // These never raise.
  void push(lua_State* L, std::uint32_t slot) const;  // L must have a free stack slot
  void replace(lua_State* L, std::uint32_t slot);     // pops the new value from L
  void release(std::uint32_t slot);
  // The stack index in the holder at which the slot's value lies until another one is asked for.
  int at_hand(std::uint32_t slot);

 private:
  void forget(std::uint32_t slot);

  lua_State* holder_ = nullptr;
  int table_ = 0;
  int hand_ = 0;               // stack index
  std::uint32_t in_hand_ = 0;  // whose value lies there; 0 = nobody's
  std::uint32_t last_ = 0;
  std::vector<std::uint32_t> free_;
};

}  // namespace arun::kernel
