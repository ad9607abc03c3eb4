#include "kernel/anchors.h"

namespace arun::kernel {

void Anchors::open(lua_State* holder) {
  holder_ = holder;
  lua_newtable(holder);
  table_ = lua_gettop(holder);
  lua_pushnil(holder);
  hand_ = lua_gettop(holder);
}

std::uint32_t Anchors::add(lua_State* L) {
  if (!free_.empty()) {
    std::uint32_t slot = free_.back();
    replace(L, slot);
    free_.pop_back();
    return slot;
  }
  // The table grows, which may raise: that must happen on L, where somebody catches it.
  lua_pushvalue(holder_, table_);
  lua_xmove(holder_, L, 1);
  lua_insert(L, -2);
  lua_rawseti(L, -2, last_ + 1);
  lua_pop(L, 1);
  return ++last_;
}

void Anchors::push(lua_State* L, std::uint32_t slot) const {
  lua_rawgeti(holder_, table_, slot);
  if (L != holder_) lua_xmove(holder_, L, 1);
}

void Anchors::replace(lua_State* L, std::uint32_t slot) {
  forget(slot);
  if (L != holder_) lua_xmove(L, holder_, 1);
  lua_rawseti(holder_, table_, slot);
}

int Anchors::at_hand(std::uint32_t slot) {
  if (slot != in_hand_) {
    lua_rawgeti(holder_, table_, slot);
    lua_replace(holder_, hand_);
    in_hand_ = slot;
  }
  return hand_;
}

void Anchors::forget(std::uint32_t slot) {
  if (slot != in_hand_) return;
  in_hand_ = 0;
  lua_pushnil(holder_);
  lua_replace(holder_, hand_);
}

void Anchors::release(std::uint32_t slot) {
  forget(slot);
  // false, not nil: a slot that stays in use keeps the table an array, so that filling it again cannot fail.
  lua_pushboolean(holder_, 0);
  lua_rawseti(holder_, table_, slot);
  free_.push_back(slot);
}

}  // namespace arun::kernel
