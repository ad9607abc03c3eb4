// to_utf8: the text of a response.
#include <new>
#include <string>

#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"
#include "modules/http/bindings.h"
#include "modules/http/charset.h"
#include "modules/http/fault.h"

namespace arun::http {
namespace {

constexpr std::size_t kKeptBytes = std::size_t{1} << 20;

// to_utf8(bytes [, charset]). The upvalue is the string that conversions are made in.
int convert(lua_State* L) {
  std::string_view bytes = lua::check_string(L, 1);
  std::string_view charset = lua_isnoneornil(L, 2) ? std::string_view{} : lua::check_string(L, 2);
  auto* converted = static_cast<std::string*>(lua_touserdata(L, lua_upvalueindex(1)));
  std::string_view text;
  switch (to_utf8(bytes, charset, *converted, text)) {
    case Conversion::unknown_charset:
      lua::push_error(L, "http", "unknown charset %s", Excerpt(charset).c_str());
      lua_pushliteral(L, "BAD_ENCODING");
      lua_setfield(L, -2, "code");
      return lua_error(L);
    case Conversion::no_memory:
      return luaL_error(L, "not enough memory");
    case Conversion::done:
      break;
  }
  if (text.data() == bytes.data() && text.size() == bytes.size()) {
    lua_settop(L, 1);
    return 1;
  }
  // Copied before any finalizer can run and convert something else.
  lua_pushlstring(L, text.data(), text.size());
  if (converted->capacity() > kKeptBytes) *converted = {};
  return 1;
}

}  // namespace

void open_charset(lua_State* L) {
  new (lua_newuserdatauv(L, sizeof(std::string), 0)) std::string;
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, lua::destroy<std::string>);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, convert, 1);
  lua_setfield(L, -2, "to_utf8");
}

}  // namespace arun::http
