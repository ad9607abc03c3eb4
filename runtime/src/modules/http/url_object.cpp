#include "modules/http/url_object.h"

#include <cstring>
#include <new>

#include "lua/args.h"
#include "lua/error.h"
#include "modules/http/chars.h"
#include "modules/http/fault.h"

namespace arun::http {
namespace {

constexpr std::size_t kLongest = std::size_t{1} << 20;

// The userdata: where the parts are, and behind it the text.
struct Box {
  Url::Layout layout;
  std::size_t size;

  const char* characters() const { return reinterpret_cast<const char*>(this + 1); }
  Url url() const { return {{characters(), size}, layout}; }
};

void push_object(lua_State* L, const Url& url) {
  std::string_view text = url.text();
  auto* box = new (lua_newuserdatauv(L, sizeof(Box) + text.size(), 0)) Box{url.layout(), text.size()};
  std::memcpy(const_cast<char*>(box->characters()), text.data(), text.size());
  luaL_setmetatable(L, kUrlMetatable);
}

// Raises kind "usage": the text, safe to print, is no URL.
[[noreturn]] void raise_invalid(lua_State* L, std::string_view text, const Fault& fault) {
  luaL_Buffer shown;
  luaL_buffinit(L, &shown);
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7F) {
      luaL_addstring(&shown, "\\x");
      luaL_addchar(&shown, kHexDigits[byte >> 4]);
      luaL_addchar(&shown, kHexDigits[byte & 15]);
    } else {
      luaL_addchar(&shown, c);
    }
  }
  luaL_pushresult(&shown);
  lua::raise_usage(L, "invalid URL '%s': %s", lua_tostring(L, -1), fault.message());
}

}  // namespace

void push_url(lua_State* L, const UrlParts& parts, Escapes escapes, const char* given) {
  char nearby[2048];
  std::size_t room = composed_size(parts);
  Output out(room <= sizeof nearby ? nearby : static_cast<char*>(lua_newuserdatauv(L, room, 0)), room);
  Url url;
  Fault fault;
  if (!compose(parts, escapes, out, url, fault)) {
    if (given == nullptr) lua::raise_usage(L, "invalid URL: %s", fault.message());
    raise_invalid(L, given, fault);
  }
  push_object(L, url);
}

bool test_url(lua_State* L, int arg, Url* url) {
  const auto* box = static_cast<const Box*>(luaL_testudata(L, arg, kUrlMetatable));
  if (box != nullptr && url != nullptr) *url = box->url();
  return box != nullptr;
}

Url check_url(lua_State* L, int arg) {
  Url url;
  if (!test_url(L, arg, &url)) lua::type_error(L, arg, kUrlMetatable);
  return url;
}

UrlParts check_reference(lua_State* L, int arg) {
  Url url;
  if (test_url(L, arg, &url)) return url.parts();
  if (lua_type(L, arg) != LUA_TSTRING) lua::type_error(L, arg, "string or arun.Url");
  std::string_view text = lua::check_string(L, arg);
  if (text.size() > kLongest) lua::raise_usage(L, "invalid URL: longer than 1 MiB");
  UrlParts parts;
  Fault fault;
  if (!split(text, parts, fault)) raise_invalid(L, text, fault);
  return parts;
}

}  // namespace arun::http
