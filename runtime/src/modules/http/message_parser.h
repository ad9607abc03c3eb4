// Reads HTTP/1 messages out of a stream's bytes, and never waits: it says how far it came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "modules/http/fault.h"
#include "modules/http/line_scanner.h"
#include "modules/http/message.h"

namespace arun::http {

struct ParserLimits {
  std::size_t start_line = std::size_t{16} << 10;   // bytes
  std::size_t head = std::size_t{64} << 10;         // bytes, with the interim heads before it; also of the trailers
  std::size_t fields = 256;                         // in the head, and among the trailers
  std::size_t chunk_lines = std::size_t{16} << 10;  // bytes beyond what the sizes need, in one message
};

// What the message answers, as far as it changes how it is read.
enum class Answers { request, head_request, connect };

template <bool kIsRequest>
class MessageParser {
 public:
  enum class Event {
    need_more,  // give more bytes: those not consumed, with what follows them
    interim,    // head() is that of a 1xx response; the response proper follows
    head,       // head() is complete
    body,       // part of the body
    end,        // the message is complete; begin() makes ready for the next
    closed,     // the stream ended where a message could have begun
    fault,      // fault() says what is wrong; the stream is of no more use
  };

  struct Step {
    Event event = Event::need_more;
    std::size_t consumed = 0;  // drop so many bytes before the next call
    std::string_view body;     // of Event::body: part of the bytes given
  };

  explicit MessageParser(const ParserLimits& limits = {});
  MessageParser(const MessageParser&) = delete;
  MessageParser& operator=(const MessageParser&) = delete;
  ~MessageParser();

  // Makes ready for a message.
  void begin(Answers answers = Answers::request);

  // Looks at the bytes received and not consumed yet; `ended`: there will be no more. One event each call. Texts of
  // head() and trailers() are views into the bytes of the call that gave them.
  Step next(std::string_view received, bool ended) noexcept;

  const Head& head() const;
  const std::vector<Field>& trailers() const;
  const Fault& fault() const;

  // After Event::head. Whether nothing follows but Event::end.
  bool is_complete() const { return stage_ == Stage::complete; }
  // The length of the body where the head gives it.
  std::optional<std::uint64_t> content_length() const;
  // Whether the connection can carry another message after this one. Trailers may still change it.
  bool keep_alive() const;
  // Whether what follows the head belongs to another protocol: the answer was 101, or agreed to a CONNECT.
  bool hands_over() const { return hands_over_; }

 private:
  enum class Stage { head, body, chunk_line, trailers, chunk_body, complete, broken };
  struct Parts;

  Step step(std::string_view received, bool ended);
  Step read_head(std::string_view received, bool ended);
  Step read_body(std::string_view received, bool ended);
  Step read_chunk_line(std::string_view received, bool ended);
  Step read_trailers(std::string_view received, bool ended);
  Step refuse();
  Step wait(std::size_t consumed, bool ended);

  bool check_opening(std::string_view bytes);
  bool check_lines(LineScanner::Found found, std::string_view bytes);
  LineScanner::Found scan_head(std::string_view bytes);
  bool parse_head(std::string_view bytes);
  Stage stage_after_head() const;

  std::unique_ptr<Parts> parts_;
  ParserLimits limits_;
  LineScanner lines_;
  Stage stage_ = Stage::head;
  Answers answers_ = Answers::request;
  bool hands_over_ = false;
  std::size_t interim_bytes_ = 0;
  std::size_t last_chunk_line_ = 0;  // its size, while the trailers are read
  std::size_t chunk_line_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
};

extern template class MessageParser<true>;
extern template class MessageParser<false>;

using RequestParser = MessageParser<true>;
using ResponseParser = MessageParser<false>;

}  // namespace arun::http
