#include "lua/options.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "lua/args.h"
#include "lua/error.h"

namespace arun::lua {
namespace {

constexpr size_t kLongestName = 32;

// Levenshtein distance; words longer than kLongestName count as far apart.
size_t edit_distance(const char* a, const char* b) {
  size_t a_length = std::strlen(a);
  size_t b_length = std::strlen(b);
  if (a_length > kLongestName || b_length > kLongestName) return kLongestName;
  std::array<size_t, kLongestName + 1> row{};
  for (size_t j = 0; j <= b_length; ++j) row[j] = j;
  for (size_t i = 1; i <= a_length; ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b_length; ++j) {
      size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row[b_length];
}

int unknown_option(lua_State* L, const char* given, std::initializer_list<const char*> names) {
  const char* nearest = nullptr;
  size_t least = std::max<size_t>(2, std::strlen(given) / 3) + 1;
  for (const char* name : names) {
    size_t distance = edit_distance(given, name);
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  if (nearest == nullptr) return raise_usage(L, "unknown option '%s'", given);
  return raise_usage(L, "unknown option '%s' (did you mean '%s'?)", given, nearest);
}

// Pushes the option; false (and nothing pushed) when it is absent.
bool push_option(lua_State* L, int arg, const char* name) {
  if (!lua_istable(L, arg)) return false;
  if (lua_getfield(L, arg, name) != LUA_TNIL) return true;
  lua_pop(L, 1);
  return false;
}

int option_error(lua_State* L, const char* name, const char* expected) {
  return raise_usage(L, "option '%s': %s expected, got %s", name, expected, luaL_typename(L, -1));
}

}  // namespace

void check_options(lua_State* L, int arg, std::initializer_list<const char*> names) {
  if (lua_isnoneornil(L, arg)) return;
  check_table(L, arg);
  lua_pushnil(L);
  while (lua_next(L, arg) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING) {
      raise_usage(L, "options have names, got a key of type %s", luaL_typename(L, -1));
    }
    const char* given = lua_tostring(L, -1);
    bool known =
        std::any_of(names.begin(), names.end(), [&](const char* name) { return std::strcmp(name, given) == 0; });
    if (!known) unknown_option(L, given, names);
  }
}

bool has_option(lua_State* L, int arg, const char* name) {
  if (!push_option(L, arg, name)) return false;
  lua_pop(L, 1);
  return true;
}

bool option_boolean(lua_State* L, int arg, const char* name, bool otherwise) {
  if (!push_option(L, arg, name)) return otherwise;
  if (!lua_isboolean(L, -1)) option_error(L, name, "boolean");
  bool value = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return value;
}

lua_Integer option_integer(lua_State* L, int arg, const char* name, lua_Integer otherwise) {
  if (!push_option(L, arg, name)) return otherwise;
  int is_integer = 0;
  lua_Integer value = lua_tointegerx(L, -1, &is_integer);
  if (!is_integer) option_error(L, name, "integer");
  lua_pop(L, 1);
  return value;
}

const char* option_string(lua_State* L, int arg, const char* name, const char* otherwise) {
  if (!push_option(L, arg, name)) return otherwise;
  if (lua_type(L, -1) != LUA_TSTRING) option_error(L, name, "string");
  size_t length = 0;
  const char* value = lua_tolstring(L, -1, &length);
  if (std::strlen(value) != length) raise_usage(L, "option '%s': string without NUL expected", name);
  lua_pop(L, 1);
  return value;
}

}  // namespace arun::lua
