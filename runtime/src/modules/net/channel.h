// A c-ares channel on the loop: a poll handle for each of its sockets, one timer for all of its deadlines.
#pragma once

#include <ares.h>

#include <map>
#include <memory>

#include "kernel/kernel.h"
#include "kernel/timers.h"
#include "uv/handle.h"

namespace arun::net {

struct ChannelOptions {
  const char* servers = nullptr;  // "1.2.3.4,[::1]:5353"; null: those of /etc/resolv.conf
  int timeout_ms = 0;             // of the first try; 0: c-ares's own default
  int tries = 0;                  // 0: likewise
};

class Channel final : kernel::Timer {
 public:
  explicit Channel(kernel::Kernel& kernel) : kernel_(kernel) {}
  // Queries that have not ended are called back with ARES_EDESTRUCTION.
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // A status of c-ares. Reads its configuration files.
  int open(const ChannelOptions& options);

  // Looks the name up; `callback` may be called before this returns. `host` is read during the call only.
  void look_up(const char* host, int family, ares_addrinfo_callback callback, void* context);

  kernel::Kernel& kernel() const { return kernel_; }

 private:
  struct Watch {
    Watch(Channel* owner, ares_socket_t watched) : channel(owner), socket(watched) {}
    Channel* channel;
    ares_socket_t socket;
    uv::Handle<uv_poll_t> poll;
  };

  void watch(ares_socket_t socket, int events);
  void expired() override;
  void arm();

  kernel::Kernel& kernel_;
  ares_channel channel_ = nullptr;
  std::map<ares_socket_t, std::unique_ptr<Watch>> watches_;
};

}  // namespace arun::net
