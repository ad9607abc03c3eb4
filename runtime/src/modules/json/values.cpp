#include "modules/json/values.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "modules/json/limits.h"

namespace arun::json {
namespace {

// Each of these pushes the value at `at` and returns what follows it, or nullptr when it is nested too deeply.
const Word* push_array(lua_State* L, const Parts& parts, const Word* at, int depth);
const Word* push_object(lua_State* L, const Parts& parts, const Word* at, int depth);

void push_string(lua_State* L, const Parts& parts, Word word) {
  const unsigned char* text = parts.strings + payload_of(word);
  std::uint32_t length = 0;
  std::memcpy(&length, text, sizeof length);
  parts.cache->push(L, parts.cached, reinterpret_cast<const char*>(text + sizeof length), length);
}

// Inlined into the loops over containers: most values are no containers.
inline const Word* push_value(lua_State* L, const Parts& parts, const Word* at, int depth) {
  switch (type_of(*at)) {
    case '[':
      return push_array(L, parts, at, depth);
    case '{':
      return push_object(L, parts, at, depth);
    case '"':
      push_string(L, parts, *at);
      return at + 1;
    case 'l':
      lua_pushinteger(L, std::bit_cast<lua_Integer>(at[1]));
      return at + 2;
    case 'u':
      lua_pushnumber(L, static_cast<lua_Number>(at[1]));
      return at + 2;
    case 'd':
      lua_pushnumber(L, std::bit_cast<lua_Number>(at[1]));
      return at + 2;
    case 't':
      lua_pushboolean(L, 1);
      return at + 1;
    case 'f':
      lua_pushboolean(L, 0);
      return at + 1;
    default:
      lua_pushvalue(L, parts.null);
      return at + 1;
  }
}

// Asks for stack once in a while: a level takes two slots, and its last value a few more for a moment.
void check_stack(lua_State* L, int depth) {
  constexpr int kLevels = 16;
  if (depth % kLevels == 1) luaL_checkstack(L, 2 * kLevels + LUA_MINSTACK, "JSON");
}

const Word* push_array(lua_State* L, const Parts& parts, const Word* at, int depth) {
  check_stack(L, depth);
  lua_createtable(L, count_of(*at++), 0);
  for (lua_Integer index = 1; type_of(*at) != ']'; ++index) {
    if (depth > kMaxDepth || (at = push_value(L, parts, at, depth + 1)) == nullptr) return nullptr;
    lua_rawseti(L, -2, index);
  }
  lua_pushvalue(L, parts.array_metatable);
  lua_setmetatable(L, -2);
  return at + 1;
}

const Word* push_object(lua_State* L, const Parts& parts, const Word* at, int depth) {
  check_stack(L, depth);
  lua_createtable(L, 0, count_of(*at++));
  while (type_of(*at) != '}') {
    push_string(L, parts, *at++);
    if (depth > kMaxDepth || (at = push_value(L, parts, at, depth + 1)) == nullptr) return nullptr;
    lua_rawset(L, -3);
  }
  return at + 1;
}

}  // namespace

bool push_document(lua_State* L, const Parts& parts, const Word* root) {
  return push_value(L, parts, root, 1) != nullptr;
}

}  // namespace arun::json
