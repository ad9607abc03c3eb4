#include "stream/listener.h"

#include <netinet/tcp.h>
#include <unistd.h>

#include "lua/error.h"
#include "uv/error.h"

namespace arun::stream {
namespace {

constexpr int kClosed = UV_ECANCELED;  // which accept(2) does not give

}  // namespace

void Accept::leave() {
  if (listener_ == nullptr) return;
  listener_->acceptor_ = nullptr;
  listener_->waiting_ = false;
  listener_->socket_.keep_loop_alive(false);
  listener_ = nullptr;
}

int Accept::finish(lua_State* L) {
  char text[Address::kTextSize];
  listener_->address().text(text);
  leave();
  if (status_ == kClosed) return lua::raise(L, "closed", "accept %s: the listener was closed", text);
  if (status_ < 0) {
    uv::push_address_error(L, status_, "accept", text);
    return lua_error(L);
  }
  stream_->note_open(L);
  if (stream_->peer().is_ip()) stream_->socket().set_option(IPPROTO_TCP, TCP_NODELAY, 1);  // as in connect
  return 1;
}

kernel::Operation::CancelResult Accept::cancel(kernel::Kernel&) {
  leave();
  return CancelResult::detached;
}

void Accept::describe(std::string* out) const {
  char text[Address::kTextSize];
  *out = "a connection at ";
  *out += listener_ != nullptr ? listener_->address().text(text) : "a listener";
}

void Listener::describe(std::string* out) const {
  char text[Address::kTextSize];
  *out = "listener ";
  *out += address_.text(text);
}

int Listener::listen(const Address& address, int backlog, bool reuse_port) {
  address_ = address;
  int status = socket_.create(address.family());
  if (status == 0 && address.is_ip()) status = socket_.set_option(SOL_SOCKET, SO_REUSEADDR, 1);
  if (status == 0 && reuse_port) status = socket_.set_option(SOL_SOCKET, SO_REUSEPORT, 1);
  if (status == 0) status = socket_.bind(address);
  bool bound = status == 0;
  if (bound) status = socket_.listen(backlog);
  if (bound && status == 0) address_ = socket_.local_address();
  if (status < 0) socket_.close();
  return status;
}

void Listener::close() {
  if (!is_open()) return;
  socket_.close();
  note_closed();
  if (const char* file = address_.file()) unlink(file);
  if (!waiting_) return;
  waiting_ = false;
  acceptor_->status_ = kClosed;
  socket_.kernel().scheduler.complete(acceptor_);
}

bool Listener::begin(Accept* accept) {
  acceptor_ = accept;
  if (this->accept(accept)) return true;
  waiting_ = true;
  socket_.keep_loop_alive(true);
  accept->status_ = socket_.want(UV_READABLE);
  if (accept->status_ == 0) return false;
  waiting_ = false;
  return true;
}

// True when the operation has its result.
bool Listener::accept(Accept* accept) {
  Address peer;
  int result = 0;
  do {
    result = socket_.accept(&peer);
  } while (result == UV_ECONNABORTED);  // it was gone before its turn came
  if (result == UV_EAGAIN) return false;
  if (result < 0) {
    accept->status_ = result;
  } else {
    accept->stream_->socket().adopt(result);
    accept->stream_->set_peer(peer);
    accept->stream_->expect_input();
  }
  return true;
}

void Listener::on_readable() {
  if (!waiting_) {
    socket_.want(0);
    return;
  }
  if (!accept(acceptor_)) {
    socket_.want(UV_READABLE);
    return;
  }
  waiting_ = false;
  socket_.kernel().scheduler.complete(acceptor_);
}

}  // namespace arun::stream
