// require "arun.native.tls": TLS on streams.
#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <lua.hpp>

#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "lua/userdata.h"
#include "modules/tls/context.h"
#include "modules/tls/engine.h"
#include "stream/reader.h"
#include "stream/stream_box.h"

namespace arun::tls {
namespace {

constexpr const char* kMetatable = "arun.tls.context";

using Box = std::shared_ptr<Context>;

struct Options {
  bool verify;
  const char* ca_file;
  const char* cert_file;
  const char* key_file;
  const char* key_password;
  const char* protocols;  // separated by commas
};

std::string wire_format(std::string_view protocols) {
  std::string wire;
  while (!protocols.empty()) {
    std::string_view name = protocols.substr(0, protocols.find(','));
    protocols.remove_prefix(std::min(name.size() + 1, protocols.size()));
    wire += static_cast<char>(name.size());
    wire += name;
  }
  return wire;
}

// A failure that lives where a Lua error may pass by.
struct Reason {
  char text[512];
  char code[128];
};

template <std::size_t size>
void copy_to(char (&into)[size], const std::string& text) {
  into[text.copy(into, size - 1)] = '\0';
}

// Makes the context; false, with the reason, when an option is no good.
bool make_into(Box& box, const Options& options, Reason* reason) {
  Settings settings;
  settings.verify = options.verify;
  settings.ca_file = options.ca_file;
  settings.cert_file = options.cert_file;
  settings.key_file = options.key_file;
  settings.key_password = options.key_password;
  settings.protocols = wire_format(options.protocols);
  Failure failure;
  box = Context::make(settings, &failure);
  copy_to(reason->text, failure.text);
  copy_to(reason->code, failure.code);
  return box != nullptr;
}

// context{verify, ca_file, cert, key, key_password, protocols}: for clients; protocols of ALPN, separated by commas.
int make_context(lua_State* L) {
  lua_settop(L, 1);
  lua::check_options(L, 1, {"verify", "ca_file", "cert", "key", "key_password", "protocols"});
  Options options{lua::option_boolean(L, 1, "verify", true),    lua::option_string(L, 1, "ca_file", ""),
                  lua::option_string(L, 1, "cert", ""),         lua::option_string(L, 1, "key", ""),
                  lua::option_string(L, 1, "key_password", ""), lua::option_string(L, 1, "protocols", "")};
  auto* box = new (lua_newuserdatauv(L, sizeof(Box), 0)) Box;
  luaL_setmetatable(L, kMetatable);
  Reason reason;
  if (make_into(*box, options, &reason)) return 1;
  lua::push_error(L, "tls", "%s", reason.text);
  lua_pushstring(L, reason.code);
  lua_setfield(L, -2, "code");
  return lua_error(L);
}

// start(stream, context, name): shakes hands as a client of the host of this name.
int start(lua_State* L) {
  stream::Stream& stream = stream::check_open(L, 1);
  auto* box = static_cast<Box*>(luaL_checkudata(L, 2, kMetatable));
  const char* name = lua::check_path(L, 3);
  kernel::Task* task = stream::begin_read(L, stream);
  stream.set_filter(std::make_unique<Engine>(*box, Engine::Role::client, name));
  return stream::wait_until_open(L, task, stream);
}

}  // namespace
}  // namespace arun::tls

extern "C" __attribute__((visibility("default"))) int luaopen_arun_native_tls(lua_State* L) {
  using namespace arun::tls;
  arun::lua::push_metatable(L, kMetatable, [](lua_State* state) {
    lua_pushcfunction(state, arun::lua::destroy<Box>);
    lua_setfield(state, -2, "__gc");
    lua_pushliteral(state, "tls context");
    lua_setfield(state, -2, "__name");
  });
  const luaL_Reg functions[] = {{"context", make_context}, {"start", start}, {nullptr, nullptr}};
  luaL_newlib(L, functions);
  return 1;
}
