// A client's connection that carries HTTP/1.1: requests go out, and each response is read before the next one. It reads
// from the stream's own buffer, and decodes what it reads there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "kernel/kernel.h"
#include "kernel/timers.h"
#include "modules/http/content_decoder.h"
#include "modules/http/message_parser.h"
#include "stream/stream.h"

namespace arun::http {

class Connection final : kernel::Timer {
 public:
  // Limits of one exchange. Nanoseconds; 0 = none.
  struct Limits {
    kernel::Nanoseconds read = 0;   // between two arrivals of bytes
    kernel::Nanoseconds total = 0;  // to the end of the response, from now on
    std::uint64_t expansion = 0;    // decoded bytes for one received
    double seconds = 0;             // that `total` was in the beginning, for errors
  };
  enum class Expired : std::uint8_t { none, read, total, patience };

  // The stream outlives all use of the connection but for its destructor.
  Connection(kernel::Kernel& kernel, stream::Stream& stream) : kernel_(kernel), stream_(stream) {}
  ~Connection();

  stream::Stream& stream() { return stream_; }

  // A request is about to be sent.
  void begin(Answers answers, const Limits& limits);
  // While the request is being sent the other side may take its time to answer.
  void set_sending(bool sending);

  // The body waits to be asked for (RFC 9110, 10.1.1), for so many nanoseconds: the next head may also be found to be
  // 100 Continue, or expired_limit() to be `patience`. Both are over with stop_expecting(), and the response follows.
  void expect_continue(kernel::Nanoseconds patience);
  void stop_expecting();

  // For readers: true when there is something to tell, or nothing will come. To be called again with more input.
  bool find_head(bool ended);
  bool find_body(bool ended);

  // After find_head(). The texts of the head are there until take_head().
  bool has_head() const { return state_ == State::head_found; }
  const Head& head() const { return parser_.head(); }
  void take_head();
  // After find_body(): the next bytes of the body; empty at its end. Texts of the head are gone.
  std::string_view piece() const;
  void take(std::size_t bytes);

  // Nobody waits for more: no limit runs, and no timer keeps the loop alive.
  void stop_watching();
  // Whether the time for all of the exchange is over, also when there is something to tell.
  bool is_too_late();
  // The body is not kept as a whole: how far it expands counts from much further on.
  void set_streamed() { streamed_ = true; }

  bool is_faulty() const { return state_ == State::faulty; }
  bool is_complete() const { return state_ == State::complete; }
  // The whole body is at hand.
  bool has_whole_body() const { return piece_size_ > 0 && decoder_ == nullptr && parser_.is_complete(); }
  const Fault& fault() const { return fault_; }
  Expired expired_limit() const { return expired_; }
  const Limits& limits() const { return limits_; }

  // The fields after a chunked body that is complete, as the bytes of a Headers; empty = none.
  std::string_view trailers() const { return {trailers_.get(), trailers_size_}; }

  // The connection ended without any of a response.
  bool is_unanswered() const { return unanswered_; }
  // The other side has sent something of the response.
  bool is_answered() const { return answered_; }
  // Nothing is going on, and nothing has happened that would be in the way of another request.
  bool is_usable() const;

  void close();

 private:
  enum class State : std::uint8_t { idle, head, head_found, body, complete, faulty };

  void expired() override;
  void watch_limits();
  void refuse(const Fault& fault);
  void finish();
  void note_trailers();
  bool decode();
  void make_decoder();

  kernel::Kernel& kernel_;
  stream::Stream& stream_;
  ResponseParser parser_;
  Fault fault_;
  std::unique_ptr<ContentDecoder> decoder_;
  void* decoded_ = nullptr;  // a block, while the body is decoded
  State state_ = State::idle;
  Expired expired_ = Expired::none;
  bool answered_ = false;
  bool unanswered_ = false;
  bool expecting_ = false;  // 100 Continue
  bool sending_ = false;
  bool streamed_ = false;
  bool body_ended_ = false;        // all of it has come
  bool decoder_has_more_ = false;  // it can make something without more input
  std::size_t head_size_ = 0;
  std::size_t raw_size_ = 0;    // bytes of the body at the front of the stream's buffer
  std::size_t piece_size_ = 0;  // of the next piece: of these, or in the block
  std::size_t piece_at_ = 0;    // in the block
  Limits limits_;
  kernel::Nanoseconds deadline_ = 0;  // of the exchange
  kernel::Nanoseconds patience_ends_ = 0;
  kernel::Nanoseconds wait_until_ = 0;
  std::unique_ptr<char[]> trailers_;
  std::size_t trailers_size_ = 0;
};

}  // namespace arun::http
