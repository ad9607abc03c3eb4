// URL objects for scripts. They never change, so a text that was parsed before gives the object made then.
#include <cstring>
#include <new>

#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "modules/http/bindings.h"
#include "modules/http/url.h"

namespace arun::http {
namespace {

constexpr const char* kMetatable = "arun.Url";
constexpr std::size_t kLongest = std::size_t{1} << 20;
constexpr std::size_t kCached = 512;  // URLs, each of at most so many bytes
constexpr std::size_t kLongestCached = 1024;

// The userdata: where the parts are, and behind it the text.
struct Box {
  Url::Layout layout;
  std::size_t size;

  const char* characters() const { return reinterpret_cast<const char*>(this + 1); }
  Url url() const { return {{characters(), size}, layout}; }
};

void push_text(lua_State* L, std::string_view text) {
  lua_pushlstring(L, text.data(), text.size());
}

void push_object(lua_State* L, const Url& url) {
  std::string_view text = url.text();
  auto* box = new (lua_newuserdatauv(L, sizeof(Box) + text.size(), 0)) Box{url.layout(), text.size()};
  std::memcpy(const_cast<char*>(box->characters()), text.data(), text.size());
  luaL_setmetatable(L, kMetatable);
}

// Pushes the URL of the parts. `given`: what the caller wrote, for the error; null when it was parts.
void push_composed(lua_State* L, const UrlParts& parts, Escapes escapes, const char* given) {
  char nearby[2048];
  std::size_t room = composed_size(parts);
  Output out(room <= sizeof nearby ? nearby : static_cast<char*>(lua_newuserdatauv(L, room, 0)), room);
  Url url;
  Fault fault;
  if (!compose(parts, escapes, out, url, fault)) {
    if (given == nullptr) lua::raise_usage(L, "invalid URL: %s", fault.message());
    lua::raise_usage(L, "invalid URL '%s': %s", given, fault.message());
  }
  push_object(L, url);
}

const Box* test_box(lua_State* L, int arg) {
  return static_cast<const Box*>(luaL_testudata(L, arg, kMetatable));
}

Url check_url(lua_State* L, int arg) {
  const Box* box = test_box(L, arg);
  if (box == nullptr) lua::type_error(L, arg, kMetatable);
  return box->url();
}

// The parts of the argument, a URL or a string.
UrlParts check_reference(lua_State* L, int arg) {
  if (const Box* box = test_box(L, arg)) return box->url().parts();
  if (lua_type(L, arg) != LUA_TSTRING) lua::type_error(L, arg, "string or arun.Url");
  std::string_view text = lua::check_string(L, arg);
  if (text.size() > kLongest) lua::raise_usage(L, "invalid URL: longer than 1 MiB");
  UrlParts parts;
  Fault fault;
  if (!split(text, parts, fault)) lua::raise_usage(L, "invalid URL '%s': %s", text.data(), fault.message());
  return parts;
}

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
  if (test_box(L, 1) != nullptr) return 1;
  lua_pushvalue(L, 1);
  if (lua_isstring(L, 1) && lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  UrlParts parts = check_reference(L, 1);
  push_composed(L, parts, Escapes::kept, lua_tostring(L, 1));
  if (lua_rawlen(L, 1) <= kLongestCached) remember(L);
  return 1;
}

int join(lua_State* L) {
  Url base = check_url(L, 1);
  UrlParts reference = check_reference(L, 2);
  push_composed(L, resolve(base, reference), Escapes::kept, lua_tostring(L, 2));
  return 1;
}

int normalize(lua_State* L) {
  push_composed(L, check_url(L, 1).parts(), Escapes::normalized, nullptr);
  return 1;
}

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
  push_text(L, *host);
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
  push_composed(L, parts, Escapes::kept, nullptr);
  return 1;
}

// build_url(parts)
int build(lua_State* L) {
  lua_settop(L, 1);
  lua_pushnil(L);
  lua_insert(L, 1);
  return compose_with(L, {});
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
  push_composed(L, parts, Escapes::kept, nullptr);
  return 1;
}

// u:extend_query(query): after the parameters there are.
int extend_query(lua_State* L) {
  UrlParts parts = check_url(L, 1).parts();
  std::string_view before = parts.query.value_or("");
  push_query(L, 2);
  if (lua_rawlen(L, -1) == 0) return lua_settop(L, 1), 1;
  if (!before.empty()) {
    push_text(L, before);
    lua_pushliteral(L, "&");
    lua_rotate(L, -3, -1);
    lua_concat(L, 3);
  }
  parts.query = lua::check_string(L, -1);
  push_composed(L, parts, Escapes::kept, nullptr);
  return 1;
}

enum FieldId {
  kScheme = 1,
  kUserinfo,
  kUser,
  kPassword,
  kHost,
  kPort,
  kPath,
  kQueryText,
  kFragment,
  kOrigin,
  kAuthority,
  kTarget
};

constexpr struct {
  const char* name;
  FieldId id;
} kFields[] = {{"scheme", kScheme},     {"userinfo", kUserinfo}, {"user", kUser},           {"password", kPassword},
               {"host", kHost},         {"port", kPort},         {"path", kPath},           {"query", kQueryText},
               {"fragment", kFragment}, {"origin", kOrigin},     {"authority", kAuthority}, {"target", kTarget}};

int push_part(lua_State* L, UrlParts::Part part) {
  if (!part) return 0;
  push_text(L, *part);
  return 1;
}

// The decoded half of the userinfo, before or after the first colon.
int push_half(lua_State* L, UrlParts::Part userinfo, bool second) {
  if (!userinfo) return 0;
  std::size_t colon = userinfo->find(':');
  if (second && colon == std::string_view::npos) return 0;
  std::string_view half = second ? userinfo->substr(colon + 1) : userinfo->substr(0, colon);
  luaL_Buffer buffer;
  char* out = luaL_buffinitsize(L, &buffer, half.size());
  luaL_pushresultsize(&buffer, static_cast<std::size_t>(decode(half, Plus::plus, out) - out));
  return 1;
}

// Scheme, host and port: what browsers tell sites apart by. Other schemes than those of the web have none.
int push_origin(lua_State* L, const Url& url) {
  if (default_port(url.scheme()) == 0) return 0;
  push_text(L, url.scheme());
  lua_pushliteral(L, "://");
  push_text(L, *url.authority());
  lua_concat(L, 3);
  return 1;
}

int push_field(lua_State* L, const Url& url, lua_Integer id) {
  switch (id) {
    case kScheme:
      return push_part(L, url.scheme());
    case kUserinfo:
      return push_part(L, url.userinfo());
    case kUser:
      return push_half(L, url.userinfo(), false);
    case kPassword:
      return push_half(L, url.userinfo(), true);
    case kHost:
      return push_part(L, url.host());
    case kPort:
      if (url.port() == 0) return 0;
      lua_pushinteger(L, url.port());
      return 1;
    case kPath:
      return push_part(L, url.path());
    case kQueryText:
      return push_part(L, url.query());
    case kFragment:
      return push_part(L, url.fragment());
    case kOrigin:
      return push_origin(L, url);
    case kAuthority:
      return push_part(L, url.authority());
    default:
      return push_part(L, url.target());
  }
}

// The upvalue holds the methods by name, and the fields as numbers.
int index(lua_State* L) {
  lua_settop(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNUMBER) return 1;
  return push_field(L, check_url(L, 1), lua_tointeger(L, -1));
}

int new_index(lua_State* L) {
  return lua::raise_usage(L, "URLs do not change; u:with{...} makes another");
}

int to_string(lua_State* L) {
  push_text(L, check_url(L, 1).text());
  return 1;
}

int equal(lua_State* L) {
  const Box* a = test_box(L, 1);
  const Box* b = test_box(L, 2);
  lua_pushboolean(L, a != nullptr && b != nullptr && a->url().text() == b->url().text());
  return 1;
}

void define_metatable(lua_State* L) {
  const luaL_Reg methods[] = {{"join", join},
                              {"normalize", normalize},
                              {"with", with},
                              {"with_query", with_query},
                              {"extend_query", extend_query},
                              {nullptr, nullptr}};
  const luaL_Reg metamethods[] = {
      {"__newindex", new_index}, {"__tostring", to_string}, {"__eq", equal}, {nullptr, nullptr}};
  luaL_newmetatable(L, kMetatable);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlib(L, methods);
  for (const auto& field : kFields) {
    lua_pushinteger(L, field.id);
    lua_setfield(L, -2, field.name);
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
  lua_pushcfunction(L, build);
  lua_setfield(L, -2, "build_url");
}

}  // namespace arun::http
