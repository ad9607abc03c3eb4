// What became of the tasks of a group, and what its waiter gets or raises.
#pragma once

#include <cstdint>
#include <vector>

#include <lua.hpp>

namespace arun::modules {

// The results of a group: a slot holds a child's first result, its failure record or a mark that it was cancelled; some
// slots hold the handle of a task instead.
struct GroupResults {
  int table;          // stack index
  lua_Integer slots;  // not the table's length: a result may be nil
  const std::vector<std::uint32_t>& handle_slots;
};

// What stands for a child that was cancelled. Never raises.
void push_cancelled_mark(lua_State* L);

// Collects what failed: failure records in the order of the slots, in a table on top; the number of them. The record of
// a single one replaces the table.
int push_failures(lua_State* L, const GroupResults& results);

// Turns the records of the table on top into their errors, and the table into an error of kind "group".
void make_group_error(lua_State* L);

// The results table is on top and stays: every slot becomes what the caller of gather gets. The errors among them lie
// in a second table at the same places, which is pushed.
void settle_results(lua_State* L, const GroupResults& results);

}  // namespace arun::modules
