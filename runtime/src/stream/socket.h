// A non-blocking socket, and word of when it is ready.
//
// By readiness and not by libuv's own streams: no buffer is ever in libuv's hands, so that whatever waits can be
// cancelled at once and what was not sent can be taken back; sending raises no SIGPIPE, whatever the process does about
// that signal; and bytes at hand are read without a turn of the loop.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>
#include <uv.h>

#include <cstddef>

#include "kernel/kernel.h"
#include "stream/address.h"
#include "uv/handle.h"

namespace arun::stream {

class Socket {
 public:
  // Who is told, in the loop. Must not call into Lua.
  class Owner {
   public:
    virtual void on_readable() = 0;
    virtual void on_writable() = 0;

   protected:
    ~Owner() = default;
  };

  Socket(kernel::Kernel& kernel, Owner& owner) : kernel_(kernel), owner_(owner) {}
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // These give 0, or a negative status.
  int create(int family);
  int bind(const Address& address) const;
  int connect(const Address& address) const;  // -EINPROGRESS: it is writable when connect_result() is known
  int connect_result() const;
  int listen(int backlog) const;
  int shutdown() const;
  int set_option(int level, int name, int value) const;

  // Takes the descriptor, which is non-blocking.
  void adopt(int fd) { fd_ = fd; }
  // The descriptor of a connection, or a negative status.
  int accept(Address* peer) const;
  // Bytes received, 0 at the end, or a negative status.
  ssize_t receive(void* memory, std::size_t size) const;
  // Bytes sent, or a negative status.
  ssize_t send(const iovec* pieces, int count) const;

  Address local_address() const;

  bool is_open() const { return fd_ >= 0; }
  void close();

  // For what the owner is called: UV_READABLE and UV_WRITABLE together, or 0. A status.
  int want(int events);
  int wanted() const { return events_; }
  // Whether somebody waits for the socket: else it is nothing that could wake a task.
  void keep_loop_alive(bool alive);

  kernel::Kernel& kernel() const { return kernel_; }

 private:
  void ready(int status, int events);

  kernel::Kernel& kernel_;
  Owner& owner_;
  int fd_ = -1;
  int events_ = 0;
  bool alive_ = false;
  uv::Handle<uv_poll_t> poll_;  // opened by the first wait: many a short connection needs none
};

}  // namespace arun::stream
