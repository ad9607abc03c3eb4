#include "modules/fs/permissions.h"

#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"

namespace arun::modules {
namespace {

bool are_permissions(lua_Integer mode) {
  return mode >= 0 && mode <= 07777;
}

}  // namespace

mode_t check_permissions(lua_State* L, int arg) {
  lua_Integer mode = lua::check_integer(L, arg);
  if (!are_permissions(mode)) lua::argument_error(L, arg, "permission bits expected (0 to 07777)");
  return static_cast<mode_t>(mode);
}

int option_permissions(lua_State* L, int arg, int otherwise) {
  if (!lua::has_option(L, arg, "mode")) return otherwise;
  lua_Integer mode = lua::option_integer(L, arg, "mode", 0);
  if (!are_permissions(mode)) {
    lua::raise_usage(L, "option 'mode': permission bits expected (0 to 07777), got %I", static_cast<LUAI_UACINT>(mode));
  }
  return static_cast<int>(mode);
}

}  // namespace arun::modules
