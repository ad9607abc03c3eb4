#include "modules/json/values.h"

#include <type_traits>

#include "modules/json/limits.h"

namespace arun::json {
namespace {

namespace dom = simdjson::dom;

// Lua may jump out of these frames.
static_assert(std::is_trivially_destructible_v<dom::element> && std::is_trivially_destructible_v<dom::array> &&
              std::is_trivially_destructible_v<dom::object> && std::is_trivially_destructible_v<dom::array::iterator> &&
              std::is_trivially_destructible_v<dom::object::iterator>);

// Asks for stack once in a while: a level takes two slots, and its last value a few more for a moment.
void check_stack(lua_State* L, int depth) {
  constexpr int kLevels = 16;
  if (depth % kLevels == 1) luaL_checkstack(L, 2 * kLevels + LUA_MINSTACK, "JSON");
}

bool push_array(const Values& values, dom::array array, int depth) {
  lua_State* L = values.L;
  check_stack(L, depth);
  lua_createtable(L, static_cast<int>(array.size()), 0);
  lua_Integer index = 0;
  for (dom::element item : array) {
    if (depth > kMaxDepth || !push_value(values, item, depth + 1)) return false;
    lua_rawseti(L, -2, ++index);
  }
  lua_pushvalue(L, values.array_metatable);
  lua_setmetatable(L, -2);
  return true;
}

bool push_object(const Values& values, dom::object object, int depth) {
  lua_State* L = values.L;
  check_stack(L, depth);
  lua_createtable(L, 0, static_cast<int>(object.size()));
  const auto end = object.end();
  for (auto member = object.begin(); member != end; ++member) {
    std::string_view key = member.key();
    values.keys->push(L, values.key_strings, key.data(), key.size());
    if (depth > kMaxDepth || !push_value(values, member.value(), depth + 1)) return false;
    lua_rawset(L, -3);
  }
  return true;
}

}  // namespace

bool push_value(const Values& values, dom::element element, int depth) {
  lua_State* L = values.L;
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return push_array(values, element.get_array().value_unsafe(), depth);
    case dom::element_type::OBJECT:
      return push_object(values, element.get_object().value_unsafe(), depth);
    case dom::element_type::STRING: {
      std::string_view string = element.get_string().value_unsafe();
      lua_pushlstring(L, string.data(), string.size());
      return true;
    }
    case dom::element_type::INT64:
      lua_pushinteger(L, element.get_int64().value_unsafe());
      return true;
    case dom::element_type::UINT64:
      lua_pushnumber(L, static_cast<lua_Number>(element.get_uint64().value_unsafe()));
      return true;
    case dom::element_type::DOUBLE:
      lua_pushnumber(L, element.get_double().value_unsafe());
      return true;
    case dom::element_type::BOOL:
      lua_pushboolean(L, element.get_bool().value_unsafe() ? 1 : 0);
      return true;
    case dom::element_type::NULL_VALUE:
      break;
  }
  lua_pushvalue(L, values.null);
  return true;
}

}  // namespace arun::json
