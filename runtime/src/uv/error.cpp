#include "uv/error.h"

#include <uv.h>

#include <cctype>
#include <cstring>

#include "lua/error.h"

namespace arun::uv {
namespace {

void set_string(lua_State* L, const char* field, const char* value) {
  if (value == nullptr) return;
  lua_pushstring(L, value);
  lua_setfield(L, -2, field);
}

// What would not be seen in a message, or break its line.
bool needs_quotes(const char* path) {
  std::size_t length = std::strlen(path);
  if (length == 0 || path[0] == ' ' || path[length - 1] == ' ') return true;
  for (std::size_t i = 0; i < length; ++i) {
    if (std::iscntrl(static_cast<unsigned char>(path[i])) != 0) return true;
  }
  return false;
}

// Pushes the path for a message: as it is, or like 'notes.txt\n' where that would mislead.
const char* push_shown(lua_State* L, const char* path) {
  if (!needs_quotes(path)) return lua_pushstring(L, path);
  luaL_Buffer shown;
  luaL_buffinit(L, &shown);
  luaL_addchar(&shown, '\'');
  for (; *path != '\0'; ++path) {
    auto byte = static_cast<unsigned char>(*path);
    if (byte == '\n') {
      luaL_addlstring(&shown, "\\n", 2);
    } else if (std::iscntrl(byte) != 0) {
      constexpr char kDigits[] = "0123456789abcdef";
      const char escape[] = {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
      luaL_addlstring(&shown, escape, sizeof escape);
    } else {
      luaL_addchar(&shown, *path);
    }
  }
  luaL_addchar(&shown, '\'');
  luaL_pushresult(&shown);
  return lua_tostring(L, -1);
}

// `subject` is what the operation was on, a field of this name.
void push_io_error(lua_State* L, int status, const char* operation, const char* field, const char* subject,
                   const char* to) {
  // The _r forms: the plain ones leak a string for each status that libuv does not know.
  char name[32];
  char text[128];
  uv_err_name_r(status, name, sizeof name);
  uv_strerror_r(status, text, sizeof text);
  int top = lua_gettop(L);
  if (subject == nullptr) {
    lua::push_error(L, "io", "%s: %s (%s)", operation, text, name);
  } else if (to == nullptr) {
    lua::push_error(L, "io", "%s %s: %s (%s)", operation, push_shown(L, subject), text, name);
  } else {
    const char* from = push_shown(L, subject);
    lua::push_error(L, "io", "%s %s to %s: %s (%s)", operation, from, push_shown(L, to), text, name);
  }
  lua_insert(L, top + 1);
  lua_settop(L, top + 1);
  set_string(L, "code", name);
  set_string(L, "operation", operation);
  set_string(L, field, subject);
  set_string(L, "to", to);
}

}  // namespace

void push_error(lua_State* L, int status, const char* operation, const char* path, const char* to) {
  push_io_error(L, status, operation, "path", path, to);
}

void push_address_error(lua_State* L, int status, const char* operation, const char* address) {
  push_io_error(L, status, operation, "address", address, nullptr);
}

int raise_error(lua_State* L, int status, const char* operation, const char* path, const char* to) {
  push_error(L, status, operation, path, to);
  return lua_error(L);
}

}  // namespace arun::uv
