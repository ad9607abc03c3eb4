// connect and connect_path: a stream to a numeric address, or to a Unix socket.
#include <netinet/tcp.h>

#include <cerrno>
#include <utility>

#include "lua/args.h"
#include "stream/natives.h"
#include "stream/stream_box.h"
#include "stream/writer.h"
#include "uv/error.h"

namespace arun::stream {
namespace {

// Waits until the socket is writable: then the attempt is over.
class Connect final : public Writer {
 public:
  // What the attempt began with. The stream lies on top of the waiting thread's stack.
  explicit Connect(int status) : status_(status) {}

  bool advance(Stream& stream) override {
    if (status_ != -EINPROGRESS) return true;
    if (std::exchange(began_, true)) status_ = stream.socket().connect_result();
    return status_ != -EINPROGRESS;
  }

  int results(lua_State* L, Stream& stream) override {
    if (status_ < 0) {
      stream.close();
      char text[Address::kTextSize];
      uv::push_address_error(L, status_, "connect", stream.peer().text(text));
      return lua_error(L);
    }
    // As most do: small messages that wait for each other's acknowledgement surprise more than they save.
    if (stream.peer().is_ip()) stream.socket().set_option(IPPROTO_TCP, TCP_NODELAY, 1);
    return 1;
  }

  void abandoned(Stream& stream) override { stream.close(); }

  void describe(std::string* out) const override {
    char text[Address::kTextSize];
    *out = "a connection to ";
    *out += stream() != nullptr ? stream()->peer().text(text) : "somewhere";
  }

 private:
  int status_;
  bool began_ = false;
};

int connect_to(lua_State* L, const Address& address, const Address& local) {
  kernel::Task* task = kernel::begin_suspend(L);
  Stream& stream = *push_stream(L);
  stream.set_peer(address);
  int status = stream.socket().create(address.family());
  if (status == 0) stream.note_open(L);
  if (status == 0 && local.is_ip()) {
    status = stream.socket().bind(local);
    if (status < 0) {
      stream.close();
      char text[Address::kTextSize];
      uv::push_address_error(L, status, "bind", local.text(text));
      return lua_error(L);
    }
  }
  if (status == 0) status = stream.socket().connect(address);
  stream.give_way();
  return write(L, task, stream, task->emplace<Connect>(status));
}

}  // namespace

int connect_ip(lua_State* L) {
  Address address = check_ip(L, 1, 2);
  Address local;
  if (!lua_isnoneornil(L, 3) && !local.set_ip(lua::check_path(L, 3), 0)) {
    return lua::argument_error(L, 3, "numeric address expected");
  }
  return connect_to(L, address, local);
}

int connect_path(lua_State* L) {
  return connect_to(L, check_unix_path(L, 1), Address());
}

}  // namespace arun::stream
