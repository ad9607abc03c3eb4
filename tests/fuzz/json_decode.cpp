// What decodes must encode, and decode again to the same value; what does not must say where, and the strict scanner
// must agree with simdjson on which is which.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <lua.hpp>

#include "lua/error.h"
#include "modules/json/scanner.h"

extern "C" int luaopen_arun_native_json(lua_State* L);

namespace {

constexpr int kModule = 1;

[[noreturn]] void fail(const char* what, const char* detail) {
  std::fprintf(stderr, "%s: %s\n", what, detail);
  std::abort();
}

// Calls module.name(argument on top); the result or error replaces it.
bool call(lua_State* L, const char* name) {
  lua_getfield(L, kModule, name);
  lua_insert(L, -2);
  return lua_pcall(L, 1, 1, 0) == LUA_OK;
}

bool same(lua_State* L, int a, int b);

bool same_tables(lua_State* L, int a, int b) {
  luaL_checkstack(L, 8, "fuzz");
  bool marked[2] = {lua_getmetatable(L, a) != 0, lua_getmetatable(L, b) != 0};
  lua_pop(L, int{marked[0]} + int{marked[1]});
  if (marked[0] != marked[1]) return false;
  long members = 0;
  lua_pushnil(L);
  while (lua_next(L, a) != 0) {
    ++members;
    lua_pushvalue(L, -2);
    lua_rawget(L, b);
    if (!same(L, lua_absindex(L, -2), lua_absindex(L, -1))) return false;
    lua_pop(L, 2);
  }
  lua_pushnil(L);
  while (lua_next(L, b) != 0) {
    --members;
    lua_pop(L, 1);
  }
  return members == 0;
}

bool same(lua_State* L, int a, int b) {
  if (lua_type(L, a) != lua_type(L, b)) return false;
  if (lua_type(L, a) == LUA_TTABLE) return same_tables(L, a, b);
  if (lua_type(L, a) != LUA_TNUMBER) return lua_rawequal(L, a, b) != 0;
  if (lua_isinteger(L, a) != lua_isinteger(L, b)) return false;
  if (lua_isinteger(L, a)) return lua_tointeger(L, a) == lua_tointeger(L, b);
  return std::bit_cast<std::uint64_t>(lua_tonumber(L, a)) == std::bit_cast<std::uint64_t>(lua_tonumber(L, b));
}

void check_refusal(lua_State* L, const arun::json::Fault& fault, std::string_view text) {
  if (!arun::lua::is_error(L, -1, "json")) fail("no error of kind json", luaL_tolstring(L, -1, nullptr));
  arun::json::Place place = arun::json::place_of(text, fault.offset);
  lua_getfield(L, -1, "line");
  lua_getfield(L, -2, "column");
  bool right = lua_tointeger(L, -2) == static_cast<lua_Integer>(place.line) &&
               lua_tointeger(L, -1) == static_cast<lua_Integer>(place.column) && fault.offset <= text.size();
  if (!right) fail("another place", fault.message);
}

void check(lua_State* L, std::string_view text) {
  arun::json::Fault fault;
  std::vector<std::size_t> to_floats;
  bool valid = arun::json::scan(text, fault, to_floats);
  lua_pushlstring(L, text.data(), text.size());
  if (call(L, "decode") != valid)
    fail("decode and scan disagree", valid ? luaL_tolstring(L, -1, nullptr) : fault.message);
  if (!valid) return check_refusal(L, fault, text);
  lua_pushvalue(L, -1);
  if (!call(L, "encode")) fail("encode refuses what decode made", luaL_tolstring(L, -1, nullptr));
  lua_pushvalue(L, -1);
  if (!call(L, "decode")) fail("decode refuses what encode made", luaL_tolstring(L, -1, nullptr));
  if (!same(L, 2, 4)) fail("another value after encode and decode", lua_tostring(L, 3));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lua_State* L = luaL_newstate();
  arun::lua::open_errors(L);
  lua_pushcfunction(L, luaopen_arun_native_json);
  lua_call(L, 0, 1);
  check(L, {reinterpret_cast<const char*>(data), size});
  lua_close(L);
  return 0;
}
