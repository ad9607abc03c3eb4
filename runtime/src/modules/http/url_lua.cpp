// URL objects for scripts. They never change, so a text that was parsed before gives the object made then.
#include "lua/error.h"
#include "modules/http/bindings.h"
#include "modules/http/url_object.h"

namespace arun::http {
namespace {

constexpr std::size_t kCached = 512;  // URLs, each of at most so many bytes
constexpr std::size_t kLongestCached = 1024;

// The cache of parse, its first upvalue; the second counts what it holds.
void remember(lua_State* L) {
  lua_Integer count = lua_tointeger(L, lua_upvalueindex(2));
  if (count == static_cast<lua_Integer>(kCached)) {
    lua_newtable(L);
    lua_replace(L, lua_upvalueindex(1));
    count = 0;
  }
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -2);
  lua_rawset(L, lua_upvalueindex(1));
  lua_pushinteger(L, count + 1);
  lua_replace(L, lua_upvalueindex(2));
}

// parse_url(text): a URL object comes back as it is.
int parse(lua_State* L) {
  lua_settop(L, 1);
  if (test_url(L, 1)) return 1;
  lua_pushvalue(L, 1);
  if (lua_isstring(L, 1) && lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  UrlParts parts = check_reference(L, 1);
  push_url(L, parts, Escapes::kept, lua_tostring(L, 1));
  if (lua_rawlen(L, 1) <= kLongestCached) remember(L);
  return 1;
}

int join(lua_State* L) {
  Url base = check_url(L, 1);
  UrlParts reference = check_reference(L, 2);
  push_url(L, resolve(base, reference), Escapes::kept, lua_tostring(L, 2));
  return 1;
}

int normalize(lua_State* L) {
  push_url(L, check_url(L, 1).parts(), Escapes::normalized, nullptr);
  return 1;
}

enum class Member { scheme, userinfo, user, password, host, port, path, query, fragment, origin, authority, target };

constexpr struct {
  const char* name;
  Member member;
} kMembers[] = {{"scheme", Member::scheme},     {"userinfo", Member::userinfo},   {"user", Member::user},
                {"password", Member::password}, {"host", Member::host},           {"port", Member::port},
                {"path", Member::path},         {"query", Member::query},         {"fragment", Member::fragment},
                {"origin", Member::origin},     {"authority", Member::authority}, {"target", Member::target}};

int push_part(lua_State* L, UrlParts::Part part) {
  if (!part) return 0;
  lua_pushlstring(L, part->data(), part->size());
  return 1;
}

// The decoded half of the userinfo, before or after the first colon.
int push_half(lua_State* L, UrlParts::Part userinfo, bool second) {
  if (!userinfo) return 0;
  std::size_t colon = userinfo->find(':');
  if (second && colon == std::string_view::npos) return 0;
  push_decoded(L, second ? userinfo->substr(colon + 1) : userinfo->substr(0, colon), Plus::plus);
  return 1;
}

// Scheme, host and port: what browsers tell sites apart by. Other schemes than those of the web have none.
int push_origin(lua_State* L, const Url& url) {
  if (default_port(url.scheme()) == 0) return 0;
  push_part(L, url.scheme());
  lua_pushliteral(L, "://");
  push_part(L, url.authority());
  lua_concat(L, 3);
  return 1;
}

int push_member(lua_State* L, const Url& url, Member member) {
  switch (member) {
    case Member::scheme:
      return push_part(L, url.scheme());
    case Member::userinfo:
      return push_part(L, url.userinfo());
    case Member::user:
      return push_half(L, url.userinfo(), false);
    case Member::password:
      return push_half(L, url.userinfo(), true);
    case Member::host:
      return push_part(L, url.host());
    case Member::port:
      if (url.port() == 0) return 0;
      lua_pushinteger(L, url.port());
      return 1;
    case Member::path:
      return push_part(L, url.path());
    case Member::query:
      return push_part(L, url.query());
    case Member::fragment:
      return push_part(L, url.fragment());
    case Member::origin:
      return push_origin(L, url);
    case Member::authority:
      return push_part(L, url.authority());
    case Member::target:
      break;
  }
  return push_part(L, url.target());
}

// The upvalue holds the methods by name, and the members that are texts as numbers.
int index(lua_State* L) {
  lua_settop(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNUMBER) return 1;
  return push_member(L, check_url(L, 1), static_cast<Member>(lua_tointeger(L, -1)));
}

int new_index(lua_State* L) {
  return lua::raise_usage(L, "URLs do not change; u:with{...} makes another");
}

int to_string(lua_State* L) {
  return push_part(L, check_url(L, 1).text());
}

int equal(lua_State* L) {
  Url a;
  Url b;
  lua_pushboolean(L, test_url(L, 1, &a) && test_url(L, 2, &b) && a.text() == b.text());
  return 1;
}

void define_metatable(lua_State* L) {
  const luaL_Reg methods[] = {{"join", join}, {"normalize", normalize}, {nullptr, nullptr}};
  const luaL_Reg metamethods[] = {
      {"__newindex", new_index}, {"__tostring", to_string}, {"__eq", equal}, {nullptr, nullptr}};
  luaL_newmetatable(L, kUrlMetatable);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlib(L, methods);
  set_url_builders(L);
  for (const auto& [name, member] : kMembers) {
    lua_pushinteger(L, static_cast<lua_Integer>(member));
    lua_setfield(L, -2, name);
  }
  lua_pushcclosure(L, index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

}  // namespace

void open_url(lua_State* L) {
  define_metatable(L);
  lua_newtable(L);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, parse, 2);
  lua_setfield(L, -2, "parse_url");
  lua_pushcfunction(L, build_url);
  lua_setfield(L, -2, "build_url");
}

}  // namespace arun::http
