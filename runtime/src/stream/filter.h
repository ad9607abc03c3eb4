// What may stand between the user of a stream and the wire: TLS is one. It turns bytes into other bytes and does no I/O
// itself; the stream calls it in the loop and in binding functions, so it must not call into Lua, but for push_error.
#pragma once

#include <cstdint>
#include <string_view>

#include <lua.hpp>

#include "stream/byte_buffer.h"

namespace arun::stream {

class Filter {
 public:
  enum class State : std::uint8_t {
    opening,  // the handshake goes on: nothing of the user's can be sent yet
    open,
    ended,   // the other side said that it sends no more
    failed,  // for good: push_error says why
  };

  virtual ~Filter() = default;
  State state() const { return state_; }

  // Each of these adds to `wire` what is to be sent now, also when it fails (an alert).

  // The conversation begins.
  virtual void start(ByteBuffer& wire) = 0;
  // Bytes have come. Takes all of them, keeps what is not complete, adds what they say to `plain`.
  virtual void receive(std::string_view bytes, ByteBuffer& plain, ByteBuffer& wire) = 0;
  // The wire ended. Where the state is not `ended` yet, this decides whether that is an end or a truncation (failed).
  virtual void wire_ended() = 0;
  // The user's bytes; while open, or ended by the other side. Takes all of them.
  virtual void send(std::string_view bytes, ByteBuffer& wire) = 0;
  // The user sends no more.
  virtual void shut_down(ByteBuffer& wire) = 0;

  // Pushes the error that it failed with; `address` names the other side.
  virtual void push_error(lua_State* L, const char* address) const = 0;

 protected:
  Filter() = default;
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;
  void set_state(State state) { state_ = state; }

 private:
  State state_ = State::opening;
};

}  // namespace arun::stream
