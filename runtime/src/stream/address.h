// Where a socket is or leads to: a numeric IP address and port, or the path of a Unix socket.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <string_view>

#include <lua.hpp>

namespace arun::stream {

class Address {
 public:
  // A numeric host ("127.0.0.1", "::1", "fe80::1%eth0"); false when it is none.
  bool set_ip(const char* host, int port);
  // A path, or with a NUL in front a name in the abstract namespace (unix(7)); false when it is too long or holds a
  // NUL elsewhere.
  bool set_path(std::string_view path);
  // As system calls fill it in: the memory and its size, which they set.
  sockaddr* memory() { return &memory_.any; }
  socklen_t* memory_size() {
    size_ = sizeof memory_;
    return &size_;
  }

  const sockaddr* get() const { return &memory_.any; }
  socklen_t size() const { return size_; }
  int family() const { return size_ == 0 ? AF_UNSPEC : memory_.any.sa_family; }
  bool is_ip() const { return family() == AF_INET || family() == AF_INET6; }
  int port() const;
  // The path of a Unix socket in the file system, else null.
  const char* file() const;

  // "127.0.0.1:80", "[::1]:80", "/run/server", "@abstract", or "(unnamed)"; as messages show it.
  static constexpr std::size_t kTextSize = 128;
  const char* text(char (&out)[kTextSize]) const;
  // Pushes host and port, or the path ("" of a socket without a name); how many values.
  int push(lua_State* L) const;

 private:
  std::string_view path() const;

  union Memory {
    sockaddr any{};
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un path;
  };
  Memory memory_;
  socklen_t size_ = 0;
};

}  // namespace arun::stream
