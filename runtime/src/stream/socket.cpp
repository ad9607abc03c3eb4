#include "stream/socket.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace arun::stream {
namespace {

// Repeats a call that a signal interrupted; its result, or a negative status.
template <class Call>
auto retry(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result < 0 ? static_cast<decltype(result)>(-errno) : result;
}

}  // namespace

int Socket::create(int family) {
  int fd = retry([&] { return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); });
  if (fd < 0) return fd;
  fd_ = fd;
  return 0;
}

int Socket::bind(const Address& address) const {
  return retry([&] { return ::bind(fd_, address.get(), address.size()); });
}

int Socket::connect(const Address& address) const {
  // Not again after EINTR: the connection goes on being made.
  if (::connect(fd_, address.get(), address.size()) == 0) return 0;
  return errno == EINTR ? -EINPROGRESS : -errno;
}

int Socket::connect_result() const {
  int error = 0;
  socklen_t size = sizeof error;
  int status = retry([&] { return ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size); });
  return status < 0 ? status : -error;
}

int Socket::listen(int backlog) const {
  return retry([&] { return ::listen(fd_, backlog); });
}

int Socket::shutdown() const {
  return retry([&] { return ::shutdown(fd_, SHUT_WR); });
}

int Socket::set_option(int level, int name, int value) const {
  return retry([&] { return ::setsockopt(fd_, level, name, &value, sizeof value); });
}

int Socket::accept(Address* peer) const {
  return retry([&] { return ::accept4(fd_, peer->memory(), peer->memory_size(), SOCK_NONBLOCK | SOCK_CLOEXEC); });
}

ssize_t Socket::receive(void* memory, std::size_t size) const {
  return retry([&] { return ::recv(fd_, memory, size, 0); });
}

ssize_t Socket::send(const iovec* pieces, int count) const {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = static_cast<std::size_t>(count);
  return retry([&] { return ::sendmsg(fd_, &message, MSG_NOSIGNAL); });
}

Address Socket::local_address() const {
  Address address;
  if (::getsockname(fd_, address.memory(), address.memory_size()) != 0) return {};
  return address;
}

void Socket::close() {
  if (fd_ < 0) return;
  poll_.close();
  events_ = 0;
  alive_ = false;
  ::close(std::exchange(fd_, -1));
}

int Socket::want(int events) {
  if (events == events_) return 0;
  if (!poll_.is_open()) {
    int status = poll_.open(this, [&](uv_poll_t* poll) { return uv_poll_init(&kernel_.loop, poll, fd_); });
    if (status < 0) return status;
    if (!alive_) uv_unref(reinterpret_cast<uv_handle_t*>(poll_.get()));
  }
  events_ = events;
  if (events == 0) return uv_poll_stop(poll_.get());
  return uv_poll_start(poll_.get(), events, [](uv_poll_t* poll, int status, int ready) {
    static_cast<Socket*>(poll->data)->ready(status, ready);
  });
}

// libuv says EBADF for every error condition of the descriptor, and stops: the owner's next call finds out which.
void Socket::ready(int status, int events) {
  if (status < 0) events = std::exchange(events_, 0);
  if ((events & UV_READABLE) != 0) owner_.on_readable();
  if ((events & UV_WRITABLE) != 0 && is_open()) owner_.on_writable();
}

void Socket::keep_loop_alive(bool alive) {
  if (alive == alive_) return;
  alive_ = alive;
  if (!poll_.is_open()) return;
  auto* handle = reinterpret_cast<uv_handle_t*>(poll_.get());
  alive ? uv_ref(handle) : uv_unref(handle);
}

}  // namespace arun::stream
