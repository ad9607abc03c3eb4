// The headers object: h["name"] in any case, h:get_all, h:has, h:with, pairs, #, tostring.
#include <algorithm>
#include <cstring>

#include "lua/args.h"
#include "lua/error.h"
#include "modules/http/bindings.h"
#include "modules/http/chars.h"
#include "modules/http/pairs.h"

namespace arun::http {
namespace {

constexpr const char* kMetatable = "arun.Headers";

void push_text(lua_State* L, std::string_view text) {
  lua_pushlstring(L, text.data(), text.size());
}

const Headers* test_headers(lua_State* L, int arg) {
  return static_cast<const Headers*>(luaL_testudata(L, arg, kMetatable));
}

const Headers* check_headers(lua_State* L, int arg) {
  const Headers* headers = test_headers(L, arg);
  if (headers == nullptr) lua::type_error(L, arg, kMetatable);
  return headers;
}

// The pairs of the table, trimmed and fit to be sent. See collect_pairs.
Pairs collect_fields(lua_State* L, int table, bool takes_removals) {
  Pairs pairs = collect_pairs(L, table, {"header", false, takes_removals});
  Fault fault;
  for (std::size_t i = 0; i < pairs.count; ++i) {
    Field& field = pairs.items[i];
    if (field.value.data() != nullptr) field.value = trimmed(field.value);
    if (!check_field(field, fault)) lua::raise_usage(L, "%s", fault.message());
  }
  return pairs;
}

// headers([fields]): the object; one given comes back as it is.
int make(lua_State* L) {
  lua_settop(L, 1);
  if (to_headers(L, 1) == nullptr) push_headers(L, nullptr, 0);
  return 1;
}

// h["name"]: the values with commas between them, or nil; the methods come before fields of their names.
int index(lua_State* L) {
  const Headers* headers = check_headers(L, 1);
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  std::string_view name = lua::check_string(L, 2);
  std::size_t found = headers->find(name);
  if (found == headers->count()) return 0;
  std::size_t next = headers->find(name, found + 1);
  if (next == headers->count()) {
    push_text(L, (*headers)[found].value);
    return 1;
  }
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (;;) {
    std::string_view value = (*headers)[found].value;
    luaL_addlstring(&buffer, value.data(), value.size());
    if (next == headers->count()) break;
    luaL_addlstring(&buffer, ", ", 2);
    found = next;
    next = headers->find(name, found + 1);
  }
  luaL_pushresult(&buffer);
  return 1;
}

int new_index(lua_State* L) {
  return lua::raise_usage(L, "headers do not change; h:with{...} makes others");
}

int get_all(lua_State* L) {
  const Headers* headers = check_headers(L, 1);
  std::string_view name = lua::check_string(L, 2);
  lua_newtable(L);
  lua_Integer count = 0;
  for (std::size_t i = headers->find(name); i < headers->count(); i = headers->find(name, i + 1)) {
    push_text(L, (*headers)[i].value);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

int has(lua_State* L) {
  lua_pushboolean(L, check_headers(L, 1)->has(lua::check_string(L, 2)));
  return 1;
}

// h:with(fields): the fields of h but those that are given anew, and then these.
int with(lua_State* L) {
  const Headers* headers = check_headers(L, 1);
  lua::check_table(L, 2);
  Pairs given = collect_fields(L, 2, true);
  auto* fields = static_cast<Field*>(lua_newuserdatauv(L, (headers->count() + given.count) * sizeof(Field), 0));
  Field* end = fields;
  for (std::size_t i = 0; i < headers->count(); ++i) {
    Field field = (*headers)[i];
    bool is_given = std::any_of(given.items, given.items + given.count,
                                [&](const Field& other) { return equal_ignoring_case(other.name, field.name); });
    if (!is_given) *end++ = field;
  }
  end = std::copy_if(given.items, given.items + given.count, end,
                     [](const Field& field) { return field.value.data() != nullptr; });
  push_headers(L, fields, static_cast<std::size_t>(end - fields));
  return 1;
}

int next_field(lua_State* L) {
  const Headers* headers = check_headers(L, 1);
  auto at = static_cast<std::size_t>(lua_tointeger(L, lua_upvalueindex(1)));
  if (at >= headers->count()) return 0;
  lua_pushinteger(L, static_cast<lua_Integer>(at) + 1);
  lua_replace(L, lua_upvalueindex(1));
  push_text(L, (*headers)[at].name);
  push_text(L, (*headers)[at].value);
  return 2;
}

int iterate(lua_State* L) {
  check_headers(L, 1);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_field, 1);
  lua_pushvalue(L, 1);
  return 2;
}

int length(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_headers(L, 1)->count()));
  return 1;
}

// A line for each, without the end of the last.
int to_string(lua_State* L) {
  const Headers* headers = check_headers(L, 1);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (std::size_t i = 0; i < headers->count(); ++i) {
    Field field = (*headers)[i];
    if (i > 0) luaL_addchar(&buffer, '\n');
    luaL_addlstring(&buffer, field.name.data(), field.name.size());
    luaL_addlstring(&buffer, ": ", 2);
    luaL_addlstring(&buffer, field.value.data(), field.value.size());
  }
  luaL_pushresult(&buffer);
  return 1;
}

}  // namespace

void push_headers(lua_State* L, const Field* fields, std::size_t count) {
  std::size_t size = Headers::size_for(fields, count);
  if (size == 0) luaL_error(L, "not enough memory");
  Headers::make(lua_newuserdatauv(L, size, 0), fields, count);
  luaL_setmetatable(L, kMetatable);
}

void push_headers_block(lua_State* L, std::string_view block) {
  std::memcpy(lua_newuserdatauv(L, block.size(), 0), block.data(), block.size());
  luaL_setmetatable(L, kMetatable);
}

const Headers* to_headers(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return nullptr;
  if (const Headers* headers = test_headers(L, arg)) return headers;
  if (!lua_istable(L, arg)) lua::type_error(L, arg, "table or arun.Headers");
  int top = lua_gettop(L);
  Pairs fields = collect_fields(L, arg, false);
  push_headers(L, fields.items, fields.count);
  lua_replace(L, arg);
  lua_settop(L, top);
  return test_headers(L, arg);
}

void open_headers(lua_State* L) {
  const luaL_Reg methods[] = {{"get_all", get_all}, {"has", has}, {"with", with}, {nullptr, nullptr}};
  const luaL_Reg metamethods[] = {{"__newindex", new_index}, {"__pairs", iterate}, {"__len", length},
                                  {"__tostring", to_string}, {"__index", nullptr}, {nullptr, nullptr}};
  luaL_newmetatable(L, kMetatable);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlib(L, methods);
  lua_pushcclosure(L, index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_pushcfunction(L, make);
  lua_setfield(L, -2, "headers");
}

}  // namespace arun::http
