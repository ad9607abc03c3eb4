#include "modules/async/queue_storage.h"

#include <algorithm>
#include <array>

namespace arun::modules {
namespace {

constexpr lua_Integer kFirstSlots = 8;
// Levels of a heap of any size.
constexpr std::size_t kMostLevels = 64;

// Arguments: comparison function or nil, two items. Whether the first is smaller.
int compare_items(lua_State* L) {
  if (!lua_isnil(L, 1)) {
    lua_call(L, 2, 1);
    return 1;
  }
  // {priority, value} pairs go by their first fields, unless they know better.
  if (lua_istable(L, 2) && lua_istable(L, 3) && luaL_getmetafield(L, 2, "__lt") == LUA_TNIL) {
    lua_geti(L, 2, 1);
    lua_geti(L, 3, 1);
    lua_pushboolean(L, lua_compare(L, -2, -1, LUA_OPLT));
  } else {
    lua_pushboolean(L, lua_compare(L, 2, 3, LUA_OPLT));
  }
  return 1;
}

}  // namespace

// Doubles the ring; its items move to the front. The new table replaces nothing until it is complete.
void QueueStorage::grow(lua_State* L, int table) {
  lua_Integer slots = slots_ == 0 ? kFirstSlots : slots_ * 2;
  // The ring is unrolled behind its own end, so that no item moves twice and a failure changes nothing.
  for (lua_Integer i = slots_ + 1; i <= slots; ++i) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, table, i);
  }
  for (lua_Integer i = 1; i < first_; ++i) {
    lua_rawgeti(L, table, i);
    lua_rawseti(L, table, slots_ + i);
    lua_pushboolean(L, 0);
    lua_rawseti(L, table, i);
  }
  slots_ = slots;
}

void QueueStorage::push(lua_State* L, int table, int less) {
  switch (order_) {
    case Order::fifo: {
      if (count_ == slots_) grow(L, table);
      lua_Integer at = first_ + count_;
      lua_rawseti(L, table, at > slots_ ? at - slots_ : at);
      break;
    }
    case Order::lifo:
      lua_rawseti(L, table, count_ + 1);
      break;
    case Order::priority:
      return push_priority(L, table, less);
  }
  ++count_;
}

void QueueStorage::pop(lua_State* L, int table, int less) {
  switch (order_) {
    case Order::fifo:
      lua_rawgeti(L, table, first_);
      lua_pushboolean(L, 0);  // the ring does not keep what has left
      lua_rawseti(L, table, first_);
      first_ = first_ == slots_ ? 1 : first_ + 1;
      break;
    case Order::lifo:
      lua_rawgeti(L, table, count_);
      lua_pushboolean(L, 0);
      lua_rawseti(L, table, count_);
      break;
    case Order::priority:
      return pop_priority(L, table, less);
  }
  --count_;
}

bool QueueStorage::smaller(lua_State* L, int table, int less, lua_Integer left, lua_Integer right) {
  lua_pushcfunction(L, compare_items);
  lua_pushvalue(L, less);
  lua_rawgeti(L, table, left);
  lua_rawgeti(L, table, right);
  comparing_ = true;
  int status = lua_pcall(L, 3, 1, 0);
  comparing_ = false;
  if (status != LUA_OK) lua_error(L);
  bool result = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return result;
}

// Whether the item in slot a leaves before the one in slot b.
bool QueueStorage::before(lua_State* L, int table, int less, lua_Integer a, lua_Integer b) {
  if (smaller(L, table, less, a, b)) return true;
  if (smaller(L, table, less, b, a)) return false;
  return sequences_[static_cast<std::size_t>(a - 1)] < sequences_[static_cast<std::size_t>(b - 1)];
}

// A binary heap in slots 1 .. count. All comparisons come first, as they may raise; then the items move.
void QueueStorage::push_priority(lua_State* L, int table, int less) {
  lua_Integer at = count_ + 1;
  lua_rawseti(L, table, at);
  sequences_.resize(static_cast<std::size_t>(at));
  sequences_[static_cast<std::size_t>(at - 1)] = next_sequence_++;
  lua_Integer target = at;
  while (target > 1 && before(L, table, less, at, target / 2)) target /= 2;
  lua_rawgeti(L, table, at);
  std::uint64_t sequence = sequences_[static_cast<std::size_t>(at - 1)];
  for (; at > target; at /= 2) {
    lua_rawgeti(L, table, at / 2);
    lua_rawseti(L, table, at);
    sequences_[static_cast<std::size_t>(at - 1)] = sequences_[static_cast<std::size_t>(at / 2 - 1)];
  }
  lua_rawseti(L, table, at);
  sequences_[static_cast<std::size_t>(at - 1)] = sequence;
  ++count_;
}

void QueueStorage::pop_priority(lua_State* L, int table, int less) {
  lua_Integer last = count_;
  std::array<lua_Integer, kMostLevels> path{};
  std::size_t levels = 0;
  for (lua_Integer at = 1; at * 2 < last;) {
    lua_Integer child = at * 2;
    if (child + 1 < last && before(L, table, less, child + 1, child)) ++child;
    if (!before(L, table, less, child, last)) break;
    path[levels++] = child;
    at = child;
  }
  lua_rawgeti(L, table, 1);
  lua_Integer hole = 1;
  for (std::size_t i = 0; i < levels; ++i) {
    lua_rawgeti(L, table, path[i]);
    lua_rawseti(L, table, hole);
    sequences_[static_cast<std::size_t>(hole - 1)] = sequences_[static_cast<std::size_t>(path[i] - 1)];
    hole = path[i];
  }
  lua_rawgeti(L, table, last);
  lua_rawseti(L, table, hole);
  sequences_[static_cast<std::size_t>(hole - 1)] = sequences_[static_cast<std::size_t>(last - 1)];
  lua_pushboolean(L, 0);
  lua_rawseti(L, table, last);
  --count_;
}

}  // namespace arun::modules
