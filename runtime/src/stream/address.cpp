#include "stream/address.h"

#include <netdb.h>
#include <uv.h>

#include <cstddef>
#include <cstdio>
#include <cstring>

namespace arun::stream {
namespace {

constexpr socklen_t kPathOffset = offsetof(sockaddr_un, sun_path);

}  // namespace

bool Address::set_ip(const char* host, int port) {
  if (uv_ip4_addr(host, port, &memory_.v4) == 0) {
    size_ = sizeof memory_.v4;
    return true;
  }
  if (uv_ip6_addr(host, port, &memory_.v6) == 0) {
    size_ = sizeof memory_.v6;
    return true;
  }
  size_ = 0;
  return false;
}

bool Address::set_path(std::string_view path) {
  bool abstract = !path.empty() && path.front() == '\0';
  std::size_t most = sizeof memory_.path.sun_path - (abstract ? 0 : 1);  // a path ends with a NUL
  if (path.empty() || path.size() > most || path.find('\0', 1) != std::string_view::npos) return false;
  memory_.path = {};
  memory_.path.sun_family = AF_UNIX;
  std::memcpy(memory_.path.sun_path, path.data(), path.size());
  size_ = kPathOffset + static_cast<socklen_t>(path.size()) + (abstract ? 0 : 1);
  return true;
}

int Address::port() const {
  if (family() == AF_INET) return ntohs(memory_.v4.sin_port);
  if (family() == AF_INET6) return ntohs(memory_.v6.sin6_port);
  return 0;
}

const char* Address::file() const {
  std::string_view name = family() == AF_UNIX ? path() : std::string_view();
  return name.empty() || name.front() == '\0' ? nullptr : memory_.path.sun_path;
}

std::string_view Address::path() const {
  if (size_ <= kPathOffset) return {};
  std::string_view path(memory_.path.sun_path, size_ - kPathOffset);
  return path.front() == '\0' ? path : path.substr(0, path.find('\0'));
}

const char* Address::text(char (&out)[kTextSize]) const {
  char host[NI_MAXHOST] = "?";
  if (is_ip()) getnameinfo(&memory_.any, size_, host, sizeof host, nullptr, 0, NI_NUMERICHOST);
  switch (family()) {
    case AF_INET:
      std::snprintf(out, sizeof out, "%.100s:%d", host, port());
      break;
    case AF_INET6:
      std::snprintf(out, sizeof out, "[%.100s]:%d", host, port());
      break;
    default: {
      std::string_view name = path();
      bool abstract = !name.empty() && name.front() == '\0';
      if (abstract) name.remove_prefix(1);
      std::snprintf(out, sizeof out, "%s%.*s",
                    abstract       ? "@"
                    : name.empty() ? "(unnamed)"
                                   : "",
                    static_cast<int>(name.size()), name.data());
    }
  }
  return out;
}

int Address::push(lua_State* L) const {
  if (!is_ip()) {
    std::string_view name = path();
    lua_pushlstring(L, name.data(), name.size());
    return 1;
  }
  char host[NI_MAXHOST] = "?";
  getnameinfo(&memory_.any, size_, host, sizeof host, nullptr, 0, NI_NUMERICHOST);
  lua_pushstring(L, host);
  lua_pushinteger(L, port());
  return 2;
}

}  // namespace arun::stream
