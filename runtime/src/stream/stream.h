// An ordered stream of bytes over a socket, with a filter between user and wire if need be.
//
// Two kinds of operations wait for it: at most one Reader (reader.h) and one Writer (writer.h) at a time. They are
// called with what has come, or when the wire takes more, in the loop, so without Lua. Modules derive their own: a
// parser takes its message straight from the buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <lua.hpp>

#include "kernel/kernel.h"
#include "kernel/open_handles.h"
#include "stream/address.h"
#include "stream/byte_buffer.h"
#include "stream/filter.h"
#include "stream/input.h"
#include "stream/socket.h"

namespace arun::stream {

class Reader;
class Writer;

class Stream final : Socket::Owner, public kernel::OpenHandle {
 public:
  // With more than this queued a write waits.
  static constexpr std::size_t kHighWater = std::size_t{64} * 1024;

  explicit Stream(kernel::Kernel& kernel) : socket_(kernel, *this), input_(kernel.blocks) {}
  ~Stream() { close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void describe(std::string* out) const override;

  // Closed until its socket is opened.
  Socket& socket() { return socket_; }
  bool is_open() const { return socket_.is_open() && !closing_; }
  const Address& peer() const { return peer_; }
  void set_peer(const Address& peer) { peer_ = peer; }
  // Something is there to be read, or the end: of a connection that should be idle, a reason not to use it again.
  bool has_input() const { return more_ || ended_ || input_status_ < 0 || !buffered().empty(); }
  void expect_input() { more_ = true; }

  // Puts the filter between user and wire and starts it. What came and nobody took is the first that it receives.
  void set_filter(std::unique_ptr<Filter> filter);
  Filter* filter() const { return filter_.get(); }

  // Input. What has come and nobody took; it may move with every call of the stream, but stays where it is from a
  // reader's offer that was satisfied to its results.
  std::string_view buffered() const { return input_.bytes(); }
  void consume(std::size_t bytes);
  bool has_reader() const { return reader_ != nullptr; }
  // The reader that waits, if any, waits no longer: whoever sets it a limit calls this, and its results tell.
  void satisfy_reader();
  // Nothing will come after what is buffered.
  bool ended() const { return ended_; }

  // Output. Sends what the wire takes now and queues the rest: a binding waits afterwards, see write_drain. What fails
  // is told by the next write.
  void send(std::string_view bytes);
  std::size_t queued() const { return queue_.size(); }
  bool output_failed() const { return output_status_ < 0; }
  // Parts of send, for Writers: sends what is queued, true when nothing is left; sends of the pieces what the wire
  // takes now, when nothing is queued; queues.
  bool send_queued();
  std::size_t send_now(const iovec* pieces, int count);
  void enqueue(std::string_view bytes);
  // Nothing will be written any more: the filter takes its leave. With `half_close` the other side sees the end of
  // input once all is sent.
  void end_output(bool half_close);
  bool output_ended() const { return output_ended_; }
  bool has_writer() const { return writer_ != nullptr; }

  // Wakes who waits with kind "closed". What is queued is lost; begin_close sends it first: false when nothing is left
  // to wait for before close().
  void close();
  bool begin_close();

  // Bytes made of the input without reading: they count as read do, see may_go_on.
  void count_work(std::size_t bytes) { used_ += bytes; }
  // The next operation gives way to other tasks, also when it need not wait.
  void give_way() { used_ = kMostUsed; }

  // Raises why nothing can be read (written) any more.
  [[noreturn]] void raise_input_error(lua_State* L);
  [[noreturn]] void raise_output_error(lua_State* L);
  // Raises kind "closed".
  [[noreturn]] void raise_closed(lua_State* L, const char* why);
  // Something that was written is lost and nobody knows yet.
  bool has_unreported_error() const { return output_failed() && !output_error_told_; }

 private:
  friend class Reader;
  friend class Writer;
  friend int read(lua_State* L, kernel::Task* task, Stream& stream, Reader* reader);
  friend int write(lua_State* L, kernel::Task* task, Stream& stream, Writer* writer);

  enum class Wait : std::uint8_t { none, waiting, done, failed };

  // The operation begins, or goes on: true when it waits no longer.
  bool begin(Reader* reader);
  bool begin(Writer* writer);
  Wait advance(Reader& reader);
  Wait advance(Writer& writer);
  void leave(Reader* reader);
  void leave(Writer* writer);
  void fail_reader();
  void fail_writer();
  // Whether a call that need not wait may go on without giving way to other tasks.
  bool may_go_on();

  void on_readable() override;
  void on_writable() override;
  bool receive(std::size_t wanted);
  bool receive_filtered();
  void note_filter_state();
  void fail_input(int status);
  void fail_output(int status);
  bool watch();
  void watch_or_fail();
  [[noreturn]] void raise_error(lua_State* L, const char* operation, int status);

  Socket socket_;
  Address peer_;
  std::unique_ptr<Filter> filter_;

  Input input_;
  Reader* reader_ = nullptr;
  int input_status_ = 0;
  Wait reading_ = Wait::none;
  bool more_ = false;  // the wire has more at hand, as far as known
  bool ended_ = false;

  bool closing_ = false;
  bool output_ended_ = false;
  bool half_close_ = false;  // is to be done when the queue is empty
  bool output_error_told_ = false;
  Wait writing_ = Wait::none;
  int output_status_ = 0;
  Writer* writer_ = nullptr;
  ByteBuffer queue_;

  // A call that need not wait counts as so many bytes, and after this many it gives way.
  static constexpr std::size_t kCallCost = 1024;
  static constexpr std::size_t kMostUsed = std::size_t{1024} * 1024;
  std::size_t used_ = 0;  // by calls that did not wait, since the last that did
};

}  // namespace arun::stream
