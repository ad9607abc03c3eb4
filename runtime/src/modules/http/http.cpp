// require "arun.native.http": the parts of HTTP that are not policy.
#include <lua.hpp>

#include "modules/http/bindings.h"

extern "C" __attribute__((visibility("default"))) int luaopen_arun_native_http(lua_State* L) {
  using namespace arun::http;
  lua_newtable(L);
  open_headers(L);
  open_head_writer(L);
  open_url(L);
  open_query(L);
  open_charset(L);
  open_connection(L);
  return 1;
}
