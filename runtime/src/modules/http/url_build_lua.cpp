// URLs made of parts, and of other URLs.
#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "modules/http/bindings.h"
#include "modules/http/url_object.h"

namespace arun::http {
namespace {

// Takes the part of this name from the table at index 2: a text, or false for none. Leaves the text on the stack.
void take_part(lua_State* L, const char* name, UrlParts::Part& part) {
  int type = lua_getfield(L, 2, name);
  if (type == LUA_TNIL) return;
  if (type == LUA_TSTRING || type == LUA_TNUMBER) {
    part = lua::check_string(L, -1);
  } else if (type == LUA_TBOOLEAN && lua_toboolean(L, -1) == 0) {
    part.reset();
  } else {
    lua::raise_usage(L, "part '%s' of the URL: string or false expected, got %s", name, luaL_typename(L, -1));
  }
}

// user and password, which may hold any character, in place of userinfo.
void take_user(lua_State* L, UrlParts::Part& userinfo) {
  UrlParts::Part user;
  UrlParts::Part password;
  take_part(L, "user", user);
  take_part(L, "password", password);
  if (!user && !password) return;
  std::size_t room = (user.value_or("").size() + password.value_or("").size()) * kEncodedSize + 1;
  Output out(static_cast<char*>(lua_newuserdatauv(L, room, 0)), room);
  put_component(out, user.value_or(""));
  if (password) {
    out.put(':');
    put_component(out, *password);
  }
  userinfo = out.from(0);
}

void take_host(lua_State* L, UrlParts::Part& host) {
  take_part(L, "host", host);
  if (!host || host->starts_with('[') || host->find(':') == std::string_view::npos) return;
  lua_pushliteral(L, "[");
  lua_pushlstring(L, host->data(), host->size());
  lua_pushliteral(L, "]");
  lua_concat(L, 3);
  host = lua::check_string(L, -1);
}

void take_query(lua_State* L, UrlParts::Part& query) {
  if (lua_getfield(L, 2, "query") == LUA_TTABLE) {
    push_query(L, lua_gettop(L));
    query = lua::check_string(L, -1);
  } else {
    take_part(L, "query", query);
  }
}

// Another URL of these parts and those of the table at index 2.
int compose_with(lua_State* L, UrlParts parts) {
  lua::check_table(L, 2);
  lua::check_options(L, 2, {"scheme", "userinfo", "user", "password", "host", "port", "path", "query", "fragment"});
  lua_settop(L, 2);
  UrlParts::Part path = parts.path;
  take_part(L, "scheme", parts.scheme);
  take_part(L, "userinfo", parts.userinfo);
  take_user(L, parts.userinfo);
  take_host(L, parts.host);
  take_part(L, "port", parts.port);
  take_part(L, "path", path);
  take_query(L, parts.query);
  take_part(L, "fragment", parts.fragment);
  parts.path = path.value_or("");
  push_url(L, parts, Escapes::kept, nullptr);
  return 1;
}

int with(lua_State* L) {
  return compose_with(L, check_url(L, 1).parts());
}

// u:with_query(query): nil takes it away.
int with_query(lua_State* L) {
  UrlParts parts = check_url(L, 1).parts();
  parts.query.reset();
  if (!lua_isnoneornil(L, 2)) {
    push_query(L, 2);
    parts.query = lua::check_string(L, -1);
  }
  push_url(L, parts, Escapes::kept, nullptr);
  return 1;
}

// u:extend_query(query): after the parameters there are.
int extend_query(lua_State* L) {
  UrlParts parts = check_url(L, 1).parts();
  std::string_view before = parts.query.value_or("");
  push_query(L, 2);
  if (lua_rawlen(L, -1) == 0) return lua_settop(L, 1), 1;
  if (!before.empty()) {
    lua_pushlstring(L, before.data(), before.size());
    lua_pushliteral(L, "&");
    lua_rotate(L, -3, -1);
    lua_concat(L, 3);
  }
  parts.query = lua::check_string(L, -1);
  push_url(L, parts, Escapes::kept, nullptr);
  return 1;
}

}  // namespace

int build_url(lua_State* L) {
  lua_settop(L, 1);
  lua_pushnil(L);
  lua_insert(L, 1);
  return compose_with(L, {});
}

void set_url_builders(lua_State* L) {
  const luaL_Reg methods[] = {
      {"with", with}, {"with_query", with_query}, {"extend_query", extend_query}, {nullptr, nullptr}};
  luaL_setfuncs(L, methods, 0);
}

}  // namespace arun::http
