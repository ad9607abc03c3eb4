#include "modules/json/path.h"

#include <algorithm>
#include <cstdarg>
#include <cstring>

#include "lua/error.h"
#include "text/utf8.h"

namespace arun::json {
namespace {

constexpr int kShownLevels = 20;
constexpr size_t kShownKey = 60;

bool is_name(const char* text, size_t length) {
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (length == 0 || length > kShownKey || !is_letter(text[0])) return false;
  return std::all_of(text, text + length, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// ["key"], with what does not print escaped and what is long cut.
void add_quoted(luaL_Buffer* path, const char* text, size_t length) {
  const char* end = text + length;
  const char* shown_end = text + std::min(length, kShownKey);
  luaL_addstring(path, "[\"");
  while (text < shown_end) {
    auto byte = static_cast<unsigned char>(*text);
    int sequence = utf8::sequence_length(text, end);
    if (sequence == 0 || byte < 0x20 || byte == 0x7F) {
      constexpr char kHex[] = "0123456789ABCDEF";
      char escape[] = {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      luaL_addlstring(path, escape, sizeof escape);
      ++text;
    } else {
      if (byte == '"' || byte == '\\') luaL_addchar(path, '\\');
      luaL_addlstring(path, text, static_cast<size_t>(sequence));
      text += sequence;
    }
  }
  luaL_addstring(path, text < end ? "...\"]" : "\"]");
}

// A number is copied before it is converted: lua_next must find the key as it was.
void add_key(lua_State* L, luaL_Buffer* path, int key) {
  if (lua_type(L, key) == LUA_TSTRING) {
    size_t length = 0;
    const char* text = lua_tolstring(L, key, &length);
    if (is_name(text, length)) {
      luaL_addchar(path, '.');
      luaL_addlstring(path, text, length);
    } else {
      add_quoted(path, text, length);
    }
    return;
  }
  luaL_addchar(path, '[');
  lua_pushvalue(L, key);
  luaL_addvalue(path);
  luaL_addchar(path, ']');
}

}  // namespace

void push_path(lua_State* L, const Trail& trail) {
  luaL_checkstack(L, LUA_MINSTACK, "JSON");
  luaL_Buffer path;
  luaL_buffinit(L, &path);
  luaL_addchar(&path, '$');
  for (int level = 0; level < trail.depth; ++level) {
    if (trail.depth > kShownLevels && level == kShownLevels / 2) {
      luaL_addstring(&path, " ... ");
      level = trail.depth - kShownLevels / 2;
    }
    add_key(L, &path, trail.base + (level + 1) * trail.stride - 1);
  }
  luaL_pushresult(&path);
}

int raise_at(lua_State* L, const Trail& trail, const char* format, ...) {
  luaL_checkstack(L, LUA_MINSTACK, "JSON");
  push_path(L, trail);
  int path = lua_gettop(L);
  va_list arguments;
  va_start(arguments, format);
  const char* what = lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua::push_error(L, "json", "%s: %s", lua_tostring(L, path), what);
  lua_pushvalue(L, path);
  lua_setfield(L, -2, "path");
  return lua_error(L);
}

}  // namespace arun::json
