#include "modules/async/group_outcome.h"

#include <algorithm>

#include "kernel/failure.h"
#include "kernel/handle.h"
#include "lua/error.h"

namespace arun::modules {
namespace {

using kernel::Outcome;
using kernel::Task;

const char kCancelled = 0;

// Pushes the failure (record), cancellation mark or value of a slot; a subscribed task's handle gives what it ended
// with. Stack on return: that value.
void push_slot(lua_State* L, const GroupResults& results, lua_Integer slot) {
  lua_rawgeti(L, results.table, slot);
  const auto& handles = results.handle_slots;
  if (!std::binary_search(handles.begin(), handles.end(), static_cast<std::uint32_t>(slot))) return;
  const Task* task = kernel::to_task(L, -1);
  switch (task->outcome) {
    case Outcome::cancelled:
      push_cancelled_mark(L);
      break;
    case Outcome::value:
      if (task->results > 1) {
        lua_getiuservalue(L, -1, 1);
        lua_rawgeti(L, -1, 1);
        lua_remove(L, -2);
        break;
      }
      [[fallthrough]];
    default:
      lua_getiuservalue(L, -1, 1);
  }
  lua_remove(L, -2);
}

bool is_cancelled_mark(lua_State* L, int index) {
  return lua_touserdata(L, index) == &kCancelled;
}

// Whether the list holds the value on top of the stack already (a failed task may stand in two slots).
bool holds(lua_State* L, int list, int count) {
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(L, list, i);
    bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 1);
    if (same) return true;
  }
  return false;
}

// Pops the value that a slot ended with, pushed by push_slot, and pushes its error; false when it is a result.
bool to_error(lua_State* L) {
  if (is_cancelled_mark(L, -1)) {
    lua_pop(L, 1);
    lua::push_error(L, "cancelled", "cancelled");
    return true;
  }
  if (!kernel::is_failure(L, -1)) return false;
  lua_rawgeti(L, -1, kernel::kFailureValue);
  lua_remove(L, -2);
  return true;
}

}  // namespace

void push_cancelled_mark(lua_State* L) {
  lua_pushlightuserdata(L, const_cast<char*>(&kCancelled));
}

int push_failures(lua_State* L, const GroupResults& results) {
  lua_newtable(L);
  int failures = lua_gettop(L);
  int found = 0;
  for (lua_Integer slot = 1; slot <= results.slots; ++slot) {
    push_slot(L, results, slot);
    if (kernel::is_failure(L, -1) && !holds(L, failures, found)) {
      lua_rawseti(L, failures, ++found);
    } else {
      lua_pop(L, 1);
    }
  }
  if (found == 1) {
    lua_rawgeti(L, failures, 1);
    lua_replace(L, failures);
  }
  return found;
}

void make_group_error(lua_State* L) {
  int errors = lua_gettop(L);
  int count = static_cast<int>(lua_rawlen(L, errors));
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(L, errors, i);
    if (kernel::is_failure(L, -1)) {
      lua_rawgeti(L, -1, kernel::kFailureValue);
      lua_rawseti(L, errors, i);
      lua_rawgeti(L, -1, kernel::kFailureMessage);
      lua_remove(L, -2);
    } else {
      luaL_tolstring(L, -1, nullptr);
      lua_remove(L, -2);
    }
    if (i > 1) {
      lua_pushliteral(L, "; ");
      lua_insert(L, -2);
      lua_concat(L, 2);
    }
    luaL_addvalue(&text);
  }
  luaL_pushresult(&text);
  lua::push_error(L, "group", "%d tasks failed: %s", count, lua_tostring(L, -1));
  lua_pushvalue(L, errors);
  lua_setfield(L, -2, "errors");
}

void settle_results(lua_State* L, const GroupResults& results) {
  lua_newtable(L);
  for (lua_Integer slot = 1; slot <= results.slots; ++slot) {
    push_slot(L, results, slot);
    if (to_error(L)) {
      lua_pushvalue(L, -1);
      lua_rawseti(L, results.table + 1, slot);
    }
    lua_rawseti(L, results.table, slot);
  }
}

}  // namespace arun::modules
