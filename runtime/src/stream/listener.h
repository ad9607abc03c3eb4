// A socket that takes connections.
#pragma once

#include <string>

#include <lua.hpp>

#include "kernel/kernel.h"
#include "kernel/open_handles.h"
#include "kernel/operation.h"
#include "stream/address.h"
#include "stream/socket.h"
#include "stream/stream.h"

namespace arun::stream {

class Listener;

// Waits for a connection, which is put into this stream; it lies on top of the waiting thread's stack.
class Accept final : public kernel::Operation {
 public:
  Accept(Listener* listener, Stream* stream) : listener_(listener), stream_(stream) {}

  int finish(lua_State* L) override;
  CancelResult cancel(kernel::Kernel& kernel) override;
  void describe(std::string* out) const override;
  void dispose() override { leave(); }

 private:
  friend class Listener;
  void leave();

  Listener* listener_;
  Stream* stream_;
  int status_ = 0;
};

class Listener final : Socket::Owner, public kernel::OpenHandle {
 public:
  explicit Listener(kernel::Kernel& kernel) : socket_(kernel, *this) {}
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void describe(std::string* out) const override;

  // Listens at the address: 0, or a negative status.
  int listen(const Address& address, int backlog, bool reuse_port);
  const Address& address() const { return address_; }
  bool is_open() const { return socket_.is_open(); }
  // Wakes who waits with kind "closed". The path of a Unix socket goes with it.
  void close();

  bool has_acceptor() const { return acceptor_ != nullptr; }
  // The operation begins: true when it waits no longer.
  bool begin(Accept* accept);

 private:
  friend class Accept;

  void on_readable() override;
  void on_writable() override {}
  bool accept(Accept* accept);

  Socket socket_;
  Address address_;
  Accept* acceptor_ = nullptr;
  bool waiting_ = false;
};

}  // namespace arun::stream
