#include "modules/net/channel.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <new>

namespace arun::net {
namespace {

// c-ares's own socket calls, but for sending: a server that has gone must not raise SIGPIPE. With these it sets no
// options of its own.
constexpr ares_socket_functions kSocketFunctions = {
    [](int family, int type, int protocol, void*) -> ares_socket_t {
      return ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    },
    [](ares_socket_t socket, void*) -> int { return ::close(socket); },
    [](ares_socket_t socket, const sockaddr* address, ares_socklen_t size, void*) -> int {
      return ::connect(socket, address, size);
    },
    [](ares_socket_t socket, void* memory, size_t size, int flags, sockaddr* from, ares_socklen_t* from_size,
       void*) -> ares_ssize_t { return ::recvfrom(socket, memory, size, flags, from, from_size); },
    [](ares_socket_t socket, const iovec* pieces, int count, void*) -> ares_ssize_t {
      msghdr message{};
      message.msg_iov = const_cast<iovec*>(pieces);
      message.msg_iovlen = static_cast<size_t>(count);
      return ::sendmsg(socket, &message, MSG_NOSIGNAL);
    },
};

}  // namespace

Channel::~Channel() {
  if (channel_ != nullptr) ares_destroy(channel_);
  if (armed()) kernel_.timers.remove(this);
}

int Channel::open(const ChannelOptions& options) {
  ares_options given{};
  int mask = ARES_OPT_SOCK_STATE_CB;
  given.sock_state_cb_data = this;
  given.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<Channel*>(self)->watch(socket, (readable != 0 ? UV_READABLE : 0) | (writable != 0 ? UV_WRITABLE : 0));
  };
  if (options.timeout_ms > 0) {
    mask |= ARES_OPT_TIMEOUTMS;
    given.timeout = options.timeout_ms;
  }
  if (options.tries > 0) {
    mask |= ARES_OPT_TRIES;
    given.tries = options.tries;
  }
  int status = ares_init_options(&channel_, &given, mask);
  if (status != ARES_SUCCESS) {
    channel_ = nullptr;
    return status;
  }
  ares_set_socket_functions(channel_, &kSocketFunctions, nullptr);
  return options.servers != nullptr ? ares_set_servers_ports_csv(channel_, options.servers) : ARES_SUCCESS;
}

void Channel::look_up(const char* host, int family, ares_addrinfo_callback callback, void* context) {
  ares_addrinfo_hints hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(channel_, host, nullptr, &hints, callback, context);
  arm();
}

void Channel::watch(ares_socket_t socket, int events) {
  auto found = watches_.find(socket);
  if (events == 0) {
    if (found != watches_.end()) watches_.erase(found);
    return;
  }
  if (found == watches_.end()) {
    auto watch = std::make_unique<Watch>(this, socket);
    int status =
        watch->poll.open(watch.get(), [&](uv_poll_t* poll) { return uv_poll_init(&kernel_.loop, poll, socket); });
    if (status < 0) return;  // the query ends by its time limit
    found = watches_.emplace(socket, std::move(watch)).first;
  }
  uv_poll_start(found->second->poll.get(), events, [](uv_poll_t* poll, int status, int ready) {
    auto* watch = static_cast<Watch*>(poll->data);
    Channel* channel = watch->channel;
    // An error is found out by reading and writing. Either may end the socket, and the watch with it.
    bool readable = status < 0 || (ready & UV_READABLE) != 0;
    bool writable = status < 0 || (ready & UV_WRITABLE) != 0;
    ares_process_fd(channel->channel_, readable ? watch->socket : ARES_SOCKET_BAD,
                    writable ? watch->socket : ARES_SOCKET_BAD);
    channel->arm();
  });
}

void Channel::expired() {
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  arm();
}

void Channel::arm() {
  timeval left{};
  bool waits = ares_timeout(channel_, nullptr, &left) != nullptr;
  if (armed()) kernel_.timers.remove(this);
  if (!waits) return;
  constexpr kernel::Nanoseconds kPerSecond = 1'000'000'000;
  constexpr kernel::Nanoseconds kPerMicrosecond = 1'000;
  kernel_.timers.add(this, kernel_.timers.now() + static_cast<kernel::Nanoseconds>(left.tv_sec) * kPerSecond +
                               static_cast<kernel::Nanoseconds>(left.tv_usec) * kPerMicrosecond);
}

}  // namespace arun::net
