// require "arun.native.net": names become addresses, by c-ares on the loop.
#include <arpa/inet.h>
#include <netinet/in.h>

#include <cctype>
#include <new>
#include <string>
#include <vector>

#include <lua.hpp>

#include "kernel/operation.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"
#include "modules/net/channel.h"

namespace arun::net {
namespace {

constexpr const char* kMetatable = "arun.resolver";

// The name of a status of c-ares, without its prefix.
const char* code_of(int status) {
  switch (status) {
    case ARES_ENODATA:
      return "ENODATA";
    case ARES_EFORMERR:
      return "EFORMERR";
    case ARES_ESERVFAIL:
      return "ESERVFAIL";
    case ARES_ENOTFOUND:
    case ARES_ENONAME:
      return "ENOTFOUND";
    case ARES_ENOTIMP:
      return "ENOTIMP";
    case ARES_EREFUSED:
      return "EREFUSED";
    case ARES_EBADNAME:
      return "EBADNAME";
    case ARES_EBADRESP:
      return "EBADRESP";
    case ARES_ECONNREFUSED:
      return "ECONNREFUSED";
    case ARES_ETIMEOUT:
      return "ETIMEOUT";
    case ARES_ENOMEM:
      return "ENOMEM";
    default:
      return "EUNKNOWN";
  }
}

[[noreturn]] void raise_status(lua_State* L, const char* host, int status) {
  const char* text = ares_strerror(status);
  // Not of "DNS server ...".
  bool sentence =
      std::isupper(static_cast<unsigned char>(text[0])) && std::islower(static_cast<unsigned char>(text[1]));
  char first[] = {sentence ? static_cast<char>(std::tolower(static_cast<unsigned char>(text[0]))) : text[0], '\0'};
  lua::push_error(L, "dns", "resolve %s: %s%s (%s)", host, first, text + 1, code_of(status));
  lua_pushstring(L, code_of(status));
  lua_setfield(L, -2, "code");
  lua_pushstring(L, host);
  lua_setfield(L, -2, "host");
  lua_error(L);
  __builtin_unreachable();
}

// c-ares cannot end one query of many: when its task gives up the query goes on, and what it finds is dropped.
class Query final : public kernel::Operation {
 public:
  explicit Query(kernel::Kernel& kernel, const char* host) : kernel_(kernel), host_(host) {}

  // True when the result is at hand.
  bool start(Channel& channel, int family) {
    channel.look_up(host_.c_str(), family, ended, this);
    return ended_;
  }

  int finish(lua_State* L) override {
    if (status_ != ARES_SUCCESS) raise_status(L, host_.c_str(), status_);
    lua_createtable(L, static_cast<int>(addresses_.size()), 0);
    for (std::size_t i = 0; i < addresses_.size(); ++i) {
      lua_pushlstring(L, addresses_[i].data(), addresses_[i].size());
      lua_rawseti(L, -2, static_cast<lua_Integer>(i) + 1);
    }
    return 1;
  }

  CancelResult cancel(kernel::Kernel&) override {
    task = nullptr;
    return CancelResult::detached;
  }

  void describe(std::string* out) const override { *out = "the address of " + host_; }

  void dispose() override {
    disposed_ = true;
    if (ended_) delete this;
  }

 private:
  static void ended(void* self, int status, int, ares_addrinfo* found) {
    static_cast<Query*>(self)->take(status, found);
    if (found != nullptr) ares_freeaddrinfo(found);
    static_cast<Query*>(self)->end();
  }

  void take(int status, const ares_addrinfo* found) {
    status_ = status;
    if (status != ARES_SUCCESS) return;
    for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
      char text[INET6_ADDRSTRLEN];
      const void* address = node->ai_family == AF_INET
                                ? static_cast<const void*>(&reinterpret_cast<sockaddr_in*>(node->ai_addr)->sin_addr)
                                : &reinterpret_cast<sockaddr_in6*>(node->ai_addr)->sin6_addr;
      if (inet_ntop(node->ai_family, address, text, sizeof text) != nullptr) addresses_.emplace_back(text);
    }
    if (addresses_.empty()) status_ = ARES_ENODATA;
  }

  void end() {
    ended_ = true;
    if (disposed_) {
      delete this;
    } else if (task != nullptr) {
      kernel_.scheduler.complete(this);
    }
  }

  kernel::Kernel& kernel_;
  std::string host_;
  std::vector<std::string> addresses_;
  int status_ = ARES_SUCCESS;
  bool ended_ = false;
  bool disposed_ = false;
};

int check_family(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return AF_UNSPEC;
  return lua::check_string(L, arg) == "ipv6" ? AF_INET6 : AF_INET;
}

void fill_metatable(lua_State* L) {
  lua_pushcfunction(L, lua::destroy<Channel>);
  lua_setfield(L, -2, "__gc");
  lua_pushliteral(L, "resolver");
  lua_setfield(L, -2, "__name");
}

// resolver([servers [, timeout [, tries]]]): servers as text separated by commas, the timeout in seconds.
int new_resolver(lua_State* L) {
  ChannelOptions options;
  if (!lua_isnoneornil(L, 1)) options.servers = lua::check_path(L, 1);
  if (!lua_isnoneornil(L, 2)) options.timeout_ms = static_cast<int>(lua::check_seconds(L, 2) / 1'000'000) + 1;
  options.tries = static_cast<int>(lua::optional_integer(L, 3, 0));
  auto* channel = new (lua_newuserdatauv(L, sizeof(Channel), 0)) Channel(kernel::kernel_of(L));
  lua::push_metatable(L, kMetatable, fill_metatable);
  lua_setmetatable(L, -2);
  int status = channel->open(options);
  if (status != ARES_SUCCESS) {
    return lua::raise_usage(L, "resolver: %s%s%s", ares_strerror(status), options.servers != nullptr ? ": " : "",
                            options.servers != nullptr ? options.servers : "");
  }
  return 1;
}

// resolve(resolver, host [, family]): an array of addresses.
int resolve(lua_State* L) {
  auto* channel = static_cast<Channel*>(luaL_testudata(L, 1, kMetatable));
  if (channel == nullptr) return lua::type_error(L, 1, "resolver");
  std::string_view host = lua::check_string(L, 2);
  if (host.find('\0') != std::string_view::npos) raise_status(L, host.data(), ARES_EBADNAME);
  int family = check_family(L, 3);
  kernel::Task* task = kernel::begin_suspend(L);
  auto* query = new Query(channel->kernel(), host.data());
  return query->start(*channel, family) ? kernel::suspend_completed(L, task, query) : kernel::suspend(L, task, query);
}

}  // namespace
}  // namespace arun::net

extern "C" __attribute__((visibility("default"))) int luaopen_arun_native_net(lua_State* L) {
  using namespace arun::net;
  static const int status =
      ares_library_init(ARES_LIB_INIT_ALL);  // once for the process, and not ended: it holds nothing
  if (status != ARES_SUCCESS) return luaL_error(L, "c-ares: %s", ares_strerror(status));
  const luaL_Reg functions[] = {{"resolver", new_resolver}, {"resolve", resolve}, {nullptr, nullptr}};
  luaL_newlib(L, functions);
  return 1;
}
