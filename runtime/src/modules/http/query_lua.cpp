// Percent-encoding and forms for scripts: encode, decode, encode_query, decode_query.
#include "lua/args.h"
#include "lua/error.h"
#include "modules/http/bindings.h"
#include "modules/http/pairs.h"
#include "modules/http/percent.h"

namespace arun::http {
namespace {

// encode(text): all but letters, digits and -._~ as %XX.
int encode_text(lua_State* L) {
  std::string_view text = lua::check_string(L, 1);
  luaL_Buffer buffer;
  std::size_t room = text.size() * kEncodedSize;
  Output out(luaL_buffinitsize(L, &buffer, room), room);
  put_component(out, text);
  luaL_pushresultsize(&buffer, out.size());
  return 1;
}

int decode_text(lua_State* L) {
  push_decoded(L, lua::check_string(L, 1), Plus::plus);
  return 1;
}

// encode_query(pairs [, what]): `what` the pairs are, for errors.
int encode_query(lua_State* L) {
  lua::check_table(L, 1);
  push_query(L, 1, lua_isnoneornil(L, 2) ? "query parameter" : lua_tostring(L, 2));
  return 1;
}

// decode_query(text): the list of pairs.
int decode_query(lua_State* L) {
  std::string_view text = lua::check_string(L, 1);
  lua_newtable(L);
  lua_Integer count = 0;
  while (!text.empty()) {
    std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    std::string_view name = pair.substr(0, pair.find('='));
    pair.remove_prefix(std::min(name.size() + 1, pair.size()));
    lua_createtable(L, 2, 0);
    push_decoded(L, name, Plus::space);
    lua_rawseti(L, -2, 1);
    push_decoded(L, pair, Plus::space);
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

void push_pairs(lua_State* L, const Pairs& pairs) {
  std::size_t room = 0;
  for (std::size_t i = 0; i < pairs.count; ++i) {
    room += (pairs.items[i].name.size() + pairs.items[i].value.size()) * kEncodedSize + 2;
  }
  luaL_Buffer buffer;
  Output out(luaL_buffinitsize(L, &buffer, room), room);
  for (std::size_t i = 0; i < pairs.count; ++i) {
    if (i > 0) out.put('&');
    put_form_text(out, pairs.items[i].name);
    out.put('=');
    put_form_text(out, pairs.items[i].value);
  }
  luaL_pushresultsize(&buffer, out.size());
}

}  // namespace

void push_decoded(lua_State* L, std::string_view text, Plus plus) {
  luaL_Buffer buffer;
  char* out = luaL_buffinitsize(L, &buffer, text.size());
  luaL_pushresultsize(&buffer, static_cast<std::size_t>(decode(text, plus, out) - out));
}

void push_query(lua_State* L, int arg, const char* what) {
  if (!lua_istable(L, arg)) {
    if (lua_type(L, arg) != LUA_TSTRING) lua::type_error(L, arg, "string or table");
    lua_pushvalue(L, arg);
    return;
  }
  int top = lua_gettop(L);
  push_pairs(L, collect_pairs(L, arg, {what, true, false}));
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
}

void open_query(lua_State* L) {
  const luaL_Reg functions[] = {{"encode", encode_text},
                                {"decode", decode_text},
                                {"encode_query", encode_query},
                                {"decode_query", decode_query},
                                {nullptr, nullptr}};
  luaL_setfuncs(L, functions, 0);
}

}  // namespace arun::http
