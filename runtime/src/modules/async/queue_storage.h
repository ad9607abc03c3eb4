// Where the items of a queue lie: a Lua table, in one of three orders.
#pragma once

#include <cstdint>
#include <vector>

#include <lua.hpp>

namespace arun::modules {

class QueueStorage {
 public:
  enum class Order : std::uint8_t { fifo, lifo, priority };

  explicit QueueStorage(Order order) : order_(order) {}

  lua_Integer count() const { return count_; }
  // Whether two items are being compared: their comparison must leave the queue alone.
  bool comparing() const { return comparing_; }

  // Pops the item on top of L and puts it in. `table` is the index of the table, `less` that of the comparison
  // function or nil (for priorities). May raise, having put nothing in.
  void push(lua_State* L, int table, int less);
  // Takes the next item out and pushes it. May raise (from a comparison), having taken nothing out.
  void pop(lua_State* L, int table, int less);

 private:
  void grow(lua_State* L, int table);
  bool smaller(lua_State* L, int table, int less, lua_Integer left, lua_Integer right);
  bool before(lua_State* L, int table, int less, lua_Integer a, lua_Integer b);
  void push_priority(lua_State* L, int table, int less);
  void pop_priority(lua_State* L, int table, int less);

  Order order_;
  bool comparing_ = false;
  lua_Integer count_ = 0;
  lua_Integer first_ = 1;  // fifo: a ring of `slots_` slots begins here
  lua_Integer slots_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::vector<std::uint64_t> sequences_;  // priority: equal ones leave in the order they came
};

}  // namespace arun::modules
