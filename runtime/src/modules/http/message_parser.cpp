#include "modules/http/message_parser.h"

#include <algorithm>
#include <new>

#include "modules/http/chars.h"
#include "modules/http/grammar.h"

namespace arun::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kOpening = 8;      // bytes that show whether this is HTTP at all: "HTTP/1.1"
constexpr std::size_t kBareStatus = 12;  // bytes of "HTTP/1.1 200", which lacks the space that ends the status
constexpr std::size_t kSizeDigits = 18;  // bytes of a chunk's line that a size may need, with the line end

bool is_after_size(char c) {
  return c == '\r' || c == ';' || c == ' ' || c == '\t';
}

template <bool kIsRequest>
constexpr const char* kName = kIsRequest ? "request" : "response";

}  // namespace

template <bool kIsRequest>
struct MessageParser<kIsRequest>::Parts {
  Found found;
  std::optional<Grammar<kIsRequest>> grammar;  // of one message; Beast's parsers are not used again
};

template <bool kIsRequest>
MessageParser<kIsRequest>::MessageParser(const ParserLimits& limits)
    : parts_(std::make_unique<Parts>()), limits_(limits) {}

template <bool kIsRequest>
MessageParser<kIsRequest>::~MessageParser() = default;

template <bool kIsRequest>
void MessageParser<kIsRequest>::begin(Answers answers) {
  lines_ = {};
  stage_ = Stage::head;
  answers_ = answers;
  hands_over_ = false;
  interim_bytes_ = 0;
  chunk_line_bytes_ = 0;
  body_bytes_ = 0;
  parts_->found.fault = {};
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::next(std::string_view received, bool ended) noexcept -> Step {
  try {
    return step(received, ended);
  } catch (const std::bad_alloc&) {
    parts_->found.fault.set(500, "not enough memory");
    return refuse();
  }
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::step(std::string_view received, bool ended) -> Step {
  switch (stage_) {
    case Stage::head:
      return read_head(received, ended);
    case Stage::body:
    case Stage::chunk_body:
      return read_body(received, ended);
    case Stage::chunk_line:
      return read_chunk_line(received, ended);
    case Stage::trailers:
      return read_trailers(received, ended);
    case Stage::complete:
      return {Event::end, 0, {}};
    case Stage::broken:
      break;
  }
  return refuse();
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::refuse() -> Step {
  stage_ = Stage::broken;
  return {Event::fault, 0, {}};
}

// There is nothing to find in the bytes yet.
template <bool kIsRequest>
auto MessageParser<kIsRequest>::wait(std::size_t consumed, bool ended) -> Step {
  if (!ended) return {Event::need_more, consumed, {}};
  Fault& fault = parts_->found.fault;
  auto length = content_length();
  if (stage_ == Stage::head) {
    fault.set(400, "the connection ended in the middle of the head of the %s", kName<kIsRequest>);
  } else if (length) {
    fault.set(400, "the connection ended after %llu of %llu bytes of the body",
              static_cast<unsigned long long>(body_bytes_), static_cast<unsigned long long>(*length));
  } else {
    fault.set(400, "the connection ended in the middle of a chunked body, after %llu bytes",
              static_cast<unsigned long long>(body_bytes_));
  }
  fault.as("TRUNCATED");
  return refuse();
}

// Speaks up before a whole head is there, which what is not HTTP may never send.
template <bool kIsRequest>
bool MessageParser<kIsRequest>::check_opening(std::string_view bytes) {
  std::string_view opening = bytes.substr(0, std::min(kOpening, bytes.find('\n')));
  if (opening.size() < kOpening && opening.size() == bytes.size()) return true;
  if (kIsRequest ? is(bytes[0], kToken) : opening.starts_with("HTTP/")) return true;
  return parts_->found.fault.set(400, "not an HTTP %s: it begins with %s%s", kName<kIsRequest>,
                                 Excerpt(opening).c_str(), bytes[0] == '\x16' ? " (TLS)" : "");
}

template <bool kIsRequest>
bool MessageParser<kIsRequest>::check_lines(LineScanner::Found found, std::string_view bytes) {
  if (found == LineScanner::Found::bare_line_feed) {
    return parts_->found.fault.set(400, "a LF without CR ends the line %s", Excerpt(lines_.faulty(bytes)).c_str());
  }
  if (found == LineScanner::Found::folded_line) {
    return parts_->found.fault.set(400, "a header line continues on the next one, which begins with a space");
  }
  return true;
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::scan_head(std::string_view bytes) -> LineScanner::Found {
  if (lines_.first_line() == std::string_view::npos) {
    std::string_view line = bytes.substr(0, limits_.start_line);
    auto found = lines_.next_line(line);
    if (found == LineScanner::Found::nothing && line.size() == limits_.start_line) {
      parts_->found.fault.set(414, "the first line of the %s is longer than %zu bytes", kName<kIsRequest>,
                              limits_.start_line);
    }
    if (found != LineScanner::Found::line) return found;
  }
  return lines_.section(bytes);
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::read_head(std::string_view received, bool ended) -> Step {
  Fault& fault = parts_->found.fault;
  std::size_t blank = 0;
  if constexpr (kIsRequest) {
    // Some clients send an empty line after a body (RFC 9112, 2.2).
    for (; received.starts_with(kLineEnd); received.remove_prefix(kLineEnd.size())) {
      blank += kLineEnd.size();
      lines_ = {};
    }
  }
  if (received.empty()) return ended && interim_bytes_ == 0 ? Step{Event::closed, blank, {}} : wait(blank, ended);

  std::string_view allowed = received.substr(0, limits_.head - interim_bytes_);
  if (!check_opening(allowed)) return refuse();
  auto found = scan_head(allowed);
  if (fault || !check_lines(found, allowed)) return refuse();
  if (found == LineScanner::Found::nothing) {
    if (allowed.size() < limits_.head - interim_bytes_) return wait(blank, ended);
    fault.set(431, "the head of the %s is longer than %zu bytes", kName<kIsRequest>, limits_.head);
    return refuse();
  }

  std::size_t size = lines_.size();
  if (!parse_head(allowed.substr(0, size))) return refuse();
  lines_ = {};
  const Head& head = parts_->found.head;
  if (head.status / 100 == 1 && head.status != 101) {
    interim_bytes_ += size;
    return {Event::interim, size, {}};
  }
  hands_over_ = head.status == 101 || (answers_ == Answers::connect && head.status / 100 == 2);
  stage_ = stage_after_head();
  return {Event::head, blank + size, {}};
}

template <bool kIsRequest>
bool MessageParser<kIsRequest>::parse_head(std::string_view bytes) {
  Found& found = parts_->found;
  found.head.fields.clear();
  found.trailers.clear();
  found.in_trailers = false;
  auto& grammar = parts_->grammar.emplace(found, limits_.fields, answers_ == Answers::head_request);

  std::size_t first = lines_.first_line() + kLineEnd.size();
  std::string_view start_line = bytes.substr(0, first);
  std::array<char, kBareStatus + 3> completed{};
  if (!kIsRequest && lines_.first_line() == kBareStatus) {
    std::copy_n(bytes.begin(), kBareStatus, completed.begin());
    std::copy_n(" \r\n", 3, completed.begin() + kBareStatus);
    start_line = {completed.data(), completed.size()};
  }
  grammar.parse(start_line);
  if (!found.fault) grammar.parse(bytes.substr(first));
  return !found.fault;
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::stage_after_head() const -> Stage {
  const auto& grammar = *parts_->grammar;
  if (hands_over_ || grammar.is_done()) return Stage::complete;
  return grammar.chunked() ? Stage::chunk_line : Stage::body;
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::read_body(std::string_view received, bool ended) -> Step {
  auto& grammar = *parts_->grammar;
  if (received.empty()) {
    if (!ended || !grammar.need_eof()) return wait(0, ended);
    stage_ = Stage::complete;
    return {Event::end, 0, {}};
  }
  std::size_t consumed = grammar.parse(received);
  body_bytes_ += consumed;
  if (grammar.is_done()) {
    stage_ = Stage::complete;
  } else if (stage_ == Stage::chunk_body && parts_->found.chunk_left == 0) {
    stage_ = Stage::chunk_line;
  }
  return {Event::body, consumed, parts_->found.body};
}

template <bool kIsRequest>
auto MessageParser<kIsRequest>::read_chunk_line(std::string_view received, bool ended) -> Step {
  Fault& fault = parts_->found.fault;
  std::size_t before = body_bytes_ == 0 ? 0 : kLineEnd.size();  // the end of the chunk before
  if (!kLineEnd.substr(0, before).starts_with(received.substr(0, before))) {
    fault.set(400, "a chunk of the body is longer than its size says");
    return refuse();
  }
  if (received.size() < before) return wait(0, ended);

  std::string_view allowed = received.substr(before, limits_.chunk_lines);
  auto found = lines_.next_line(allowed);
  if (!check_lines(found, allowed)) return refuse();
  if (found == LineScanner::Found::nothing && allowed.size() < limits_.chunk_lines) return wait(0, ended);
  std::size_t size = lines_.size();
  if (size > kSizeDigits) chunk_line_bytes_ += size - kSizeDigits;
  if (found == LineScanner::Found::nothing || chunk_line_bytes_ > limits_.chunk_lines) {
    fault.set(400, "more than %zu bytes of chunk extensions", limits_.chunk_lines);
    fault.as("TOO_LARGE");
    return refuse();
  }
  lines_ = {};
  std::string_view line = allowed.substr(0, size);
  std::size_t digits = 0;
  while (is(line[digits], kHex)) ++digits;
  if (digits == 0 || !is_after_size(line[digits])) {
    fault.set(400, "bad chunk size in the line %s", Excerpt(line.substr(0, line.find('\r'))).c_str());
    return refuse();
  }
  if (line.find_first_not_of('0') >= digits) {
    last_chunk_line_ = before + size;
    stage_ = Stage::trailers;
    return read_trailers(received, ended);
  }
  parts_->grammar->parse(received.substr(0, before + size));
  if (fault) return refuse();
  stage_ = Stage::chunk_body;
  Step step = read_body(received.substr(before + size), ended);
  step.consumed += before + size;
  return step;
}

// Beast takes the line of the last chunk and the trailers in one.
template <bool kIsRequest>
auto MessageParser<kIsRequest>::read_trailers(std::string_view received, bool ended) -> Step {
  std::string_view allowed = received.substr(last_chunk_line_, limits_.head);
  auto found = lines_.section(allowed);
  if (!check_lines(found, allowed)) return refuse();
  if (found == LineScanner::Found::nothing) {
    if (allowed.size() < limits_.head) return wait(0, ended);
    parts_->found.fault.set(431, "the trailers are longer than %zu bytes", limits_.head);
    return refuse();
  }
  std::size_t consumed = parts_->grammar->parse(received.substr(0, last_chunk_line_ + lines_.size()));
  if (parts_->found.fault) return refuse();
  stage_ = Stage::complete;
  return {Event::end, consumed, {}};
}

template <bool kIsRequest>
const Head& MessageParser<kIsRequest>::head() const {
  return parts_->found.head;
}

template <bool kIsRequest>
const std::vector<Field>& MessageParser<kIsRequest>::trailers() const {
  return parts_->found.trailers;
}

template <bool kIsRequest>
const Fault& MessageParser<kIsRequest>::fault() const {
  return parts_->found.fault;
}

template <bool kIsRequest>
std::optional<std::uint64_t> MessageParser<kIsRequest>::content_length() const {
  if (stage_ == Stage::head || stage_ == Stage::broken) return std::nullopt;
  auto length = parts_->grammar->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

template <bool kIsRequest>
bool MessageParser<kIsRequest>::keep_alive() const {
  if (hands_over_ || stage_ == Stage::head || stage_ == Stage::broken) return false;
  const auto& grammar = *parts_->grammar;
  // HTTP/1.0 has no chunks: whoever passed them on may have lost count.
  bool framed = head().version == 11 || !grammar.chunked();
  return framed && grammar.keep_alive();
}

template class MessageParser<true>;
template class MessageParser<false>;

}  // namespace arun::http
