#include "uv/error.h"

#include <uv.h>

#include "lua/error.h"

namespace arun::uv {
namespace {

void set_string(lua_State* L, const char* field, const char* value) {
  if (value == nullptr) return;
  lua_pushstring(L, value);
  lua_setfield(L, -2, field);
}

// `subject` is what the operation was on, a field of this name.
void push_io_error(lua_State* L, int status, const char* operation, const char* field, const char* subject,
                   const char* to) {
  // The _r forms: the plain ones leak a string for each status that libuv does not know.
  char name[32];
  char text[128];
  uv_err_name_r(status, name, sizeof name);
  uv_strerror_r(status, text, sizeof text);
  if (subject == nullptr) {
    lua::push_error(L, "io", "%s: %s (%s)", operation, text, name);
  } else if (to == nullptr) {
    lua::push_error(L, "io", "%s %s: %s (%s)", operation, subject, text, name);
  } else {
    lua::push_error(L, "io", "%s %s to %s: %s (%s)", operation, subject, to, text, name);
  }
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
