#include "modules/http/pairs.h"

#include <algorithm>
#include <cmath>

#include "lua/args.h"
#include "lua/error.h"
#include "modules/http/chars.h"

namespace arun::http {
namespace {

// Whether all keys of the table are those of a list of this length.
bool is_list(lua_State* L, int table, std::size_t length) {
  std::size_t keys = 0;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    lua_pop(L, 1);
    ++keys;
  }
  return keys == length;
}

// Fills a list of known size; each text keeps a slot of the stack, so that it lives as long as the list is used.
struct Collector {
  lua_State* L;
  const PairRules& rules;
  Pairs pairs;
  std::size_t room;
};

[[noreturn]] void raise_value(Collector& to, std::string_view name, const char* got) {
  lua::raise_usage(to.L, "%s '%s': string, number or a list of these expected, got %s", to.rules.what, name.data(),
                   got);
}

[[noreturn]] void raise_shape(lua_State* L, const PairRules& rules) {
  lua::raise_usage(L, "%ss are given by name, {name = value}, or as a list of pairs, {{name, value}, ...}", rules.what);
}

// Finalizers may change a table while it is read.
void add(Collector& to, std::string_view name, std::string_view value) {
  if (to.pairs.count == to.room) lua::raise_usage(to.L, "the table of %ss changed while it was read", to.rules.what);
  to.pairs.items[to.pairs.count++] = {name, value};
}

std::string_view name_on_top(Collector& to) {
  if (lua_type(to.L, -1) != LUA_TSTRING) raise_shape(to.L, to.rules);
  return lua::check_string(to.L, -1);
}

// The value on top of the stack, as a string in its place.
std::string_view value_on_top(Collector& to, std::string_view name) {
  lua_State* L = to.L;
  int type = lua_type(L, -1);
  if (type == LUA_TBOOLEAN && to.rules.takes_booleans) {
    lua_pushstring(L, lua_toboolean(L, -1) != 0 ? "true" : "false");
    lua_replace(L, -2);
  } else if (type != LUA_TSTRING && type != LUA_TNUMBER) {
    raise_value(to, name, luaL_typename(L, -1));
  } else if (type == LUA_TNUMBER && !std::isfinite(lua_tonumber(L, -1))) {
    raise_value(to, name, lua_tostring(L, -1));
  }
  return lua::check_string(L, -1);
}

// The value on top of the stack, or each of its items.
void add_value(Collector& to, std::string_view name) {
  lua_State* L = to.L;
  if (lua_type(L, -1) == LUA_TBOOLEAN && lua_toboolean(L, -1) == 0 && to.rules.takes_removals) {
    return add(to, name, {});
  }
  if (!lua_istable(L, -1)) return add(to, name, value_on_top(to, name));
  int list = lua_gettop(L);
  auto count = static_cast<lua_Integer>(lua_rawlen(L, list));
  if (!is_list(L, list, lua_rawlen(L, list))) raise_value(to, name, "a table that is no list");
  for (lua_Integer i = 1; i <= count; ++i) {
    luaL_checkstack(L, LUA_MINSTACK, to.rules.what);
    lua_rawgeti(L, list, i);
    add(to, name, value_on_top(to, name));
  }
}

void collect_list(Collector& to, int table) {
  lua_State* L = to.L;
  for (lua_Integer i = 1; i <= static_cast<lua_Integer>(to.room); ++i) {
    luaL_checkstack(L, LUA_MINSTACK, to.rules.what);
    if (lua_rawgeti(L, table, i) != LUA_TTABLE || lua_rawlen(L, -1) != 2) raise_shape(L, to.rules);
    lua_rawgeti(L, -1, 1);
    std::string_view name = name_on_top(to);
    lua_rawgeti(L, -2, 2);
    add(to, name, value_on_top(to, name));
  }
}

void collect_names(Collector& to, int table) {
  lua_State* L = to.L;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    luaL_checkstack(L, LUA_MINSTACK, to.rules.what);
    lua_pushvalue(L, -2);
    int key = lua_gettop(L);
    std::string_view name = name_on_top(to);
    lua_pushvalue(L, -2);
    add_value(to, name);
    lua_pushvalue(L, key);
  }
}

// How many pairs the table makes, at most.
std::size_t count_pairs(lua_State* L, int table) {
  std::size_t count = 0;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    count += lua_istable(L, -1) ? lua_rawlen(L, -1) : 1;
    lua_pop(L, 1);
  }
  return count;
}

// By name, upper case or lower; of those that differ in nothing else, by their bytes.
bool sorts_before(const Field& a, const Field& b) {
  if (equal_ignoring_case(a.name, b.name)) return a.name < b.name;
  auto before = [](char x, char y) {
    return static_cast<unsigned char>(lower(x)) < static_cast<unsigned char>(lower(y));
  };
  return std::lexicographical_compare(a.name.begin(), a.name.end(), b.name.begin(), b.name.end(), before);
}

}  // namespace

Pairs collect_pairs(lua_State* L, int table, const PairRules& rules) {
  table = lua_absindex(L, table);
  std::size_t length = lua_rawlen(L, table);
  if (length > 0 && !is_list(L, table, length)) raise_shape(L, rules);
  Collector to{L, rules, {}, length > 0 ? length : count_pairs(L, table)};
  to.pairs.items = static_cast<Field*>(lua_newuserdatauv(L, to.room * sizeof(Field), 0));
  if (length > 0) {
    collect_list(to, table);
  } else {
    collect_names(to, table);
    std::stable_sort(to.pairs.items, to.pairs.items + to.pairs.count, sorts_before);
  }
  return to.pairs;
}

}  // namespace arun::http
