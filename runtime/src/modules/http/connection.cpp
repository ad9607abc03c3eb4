#include "modules/http/connection.h"

#include <algorithm>
#include <new>
#include <utility>

#include "kernel/blocks.h"
#include "modules/http/chars.h"
#include "modules/http/headers.h"

namespace arun::http {
namespace {

// Decoded bytes from which the expansion of a body counts that is not kept as a whole: it fills no memory.
constexpr std::uint64_t kStreamedRatioFrom = std::uint64_t{1} << 30;

}  // namespace

Connection::~Connection() {
  stop_watching();
  if (decoded_ != nullptr) kernel_.blocks.give(decoded_);
}

void Connection::begin(Answers answers, const Limits& limits) {
  parser_.begin(answers);
  state_ = State::head;
  answered_ = unanswered_ = false;
  expecting_ = sending_ = streamed_ = false;
  trailers_.reset();
  trailers_size_ = 0;
  limits_ = limits;
  expired_ = Expired::none;
  deadline_ = limits.total > 0 ? kernel_.timers.now() + limits.total : 0;
}

void Connection::set_sending(bool sending) {
  sending_ = sending;
  if (!sending) watch_limits();
}

void Connection::expect_continue(kernel::Nanoseconds patience) {
  expecting_ = true;
  patience_ends_ = kernel_.timers.now() + patience;
}

void Connection::stop_expecting() {
  expecting_ = false;
  if (expired_ == Expired::patience) expired_ = Expired::none;
}

bool Connection::find_head(bool ended) {
  while (state_ == State::head) {
    std::string_view received = stream_.buffered();
    answered_ = answered_ || !received.empty();
    auto step = parser_.next(received, ended);
    switch (step.event) {
      case ResponseParser::Event::need_more:
        watch_limits();
        return false;
      case ResponseParser::Event::interim: {
        bool is_continue = head().status == 100;
        stream_.consume(step.consumed);
        if (expecting_ && is_continue) return true;
        break;
      }
      case ResponseParser::Event::head:
        head_size_ = step.consumed;
        state_ = State::head_found;
        break;
      case ResponseParser::Event::closed:
        unanswered_ = true;
        fault_ = {};
        fault_.set(0, "the server closed the connection without an answer");
        refuse(fault_);
        break;
      default:
        refuse(parser_.fault());
    }
  }
  return true;
}

void Connection::take_head() {
  raw_size_ = piece_size_ = piece_at_ = 0;
  body_ended_ = decoder_has_more_ = false;
  fault_ = {};
  state_ = State::body;
  if (parser_.is_complete()) {
    stream_.consume(head_size_);
    return finish();
  }
  make_decoder();
  stream_.consume(head_size_);
}

void Connection::make_decoder() {
  const auto& fields = head().fields;
  auto is_coding = [](const Field& field) { return equal_ignoring_case(field.name, "Content-Encoding"); };
  auto first = std::find_if(fields.begin(), fields.end(), is_coding);
  if (first == fields.end()) return;
  try {
    std::string codings(first->value);
    for (auto at = first + 1; at != fields.end(); ++at) {
      if (is_coding(*at)) codings.append(", ").append(at->value);
    }
    DecoderLimits limits;
    if (limits_.expansion > 0) limits.ratio = limits_.expansion;
    decoder_ = ContentDecoder::make(codings, limits, fault_);
  } catch (const std::bad_alloc&) {
    fault_.set(500, "not enough memory");
  }
  if (decoder_ != nullptr && decoded_ == nullptr) decoded_ = kernel_.blocks.take();
  if (decoder_ != nullptr && decoded_ == nullptr) fault_.set(500, "not enough memory");
  if (fault_) refuse(fault_);
}

bool Connection::find_body(bool ended) {
  while (state_ == State::body && piece_size_ == 0) {
    if (decoder_ != nullptr && (raw_size_ > 0 || decoder_has_more_)) {
      if (!decode()) refuse(decoder_->fault());
      continue;
    }
    if (body_ended_) {
      finish();
      break;
    }
    auto step = parser_.next(stream_.buffered(), ended);
    if (step.event == ResponseParser::Event::end) note_trailers();
    stream_.consume(step.consumed - step.body.size());
    switch (step.event) {
      case ResponseParser::Event::need_more:
        watch_limits();
        return false;
      case ResponseParser::Event::body:
        raw_size_ = step.body.size();
        if (decoder_ == nullptr) piece_size_ = raw_size_;
        break;
      case ResponseParser::Event::end:
        body_ended_ = true;
        decoder_has_more_ = decoder_ != nullptr;
        if (fault_) refuse(fault_);
        break;
      default:
        refuse(parser_.fault());
    }
  }
  return true;
}

// They are views into bytes that are consumed next.
void Connection::note_trailers() {
  const auto& fields = parser_.trailers();
  if (fields.empty()) return;
  trailers_size_ = Headers::size_for(fields.data(), fields.size());
  trailers_.reset(new (std::nothrow) char[trailers_size_]);
  if (trailers_ != nullptr) {
    Headers::make(trailers_.get(), fields.data(), fields.size());
  } else {
    fault_.set(500, "not enough memory");
  }
}

// Makes the next piece out of what has come, if that is enough for one. False when it is damaged.
bool Connection::decode() {
  auto* block = static_cast<char*>(decoded_);
  Room room{block, block + kernel::Blocks::kSize};
  std::string_view input = stream_.buffered().substr(0, raw_size_);
  if (streamed_) decoder_->count_ratio_from(kStreamedRatioFrom);
  auto status = decoder_->decode(input, body_ended_, room);
  stream_.consume(raw_size_ - input.size());
  raw_size_ = input.size();
  piece_at_ = 0;
  piece_size_ = static_cast<std::size_t>(room.at - block);
  stream_.count_work(piece_size_);
  decoder_has_more_ = status == ContentDecoder::Status::needs_room;
  return status != ContentDecoder::Status::fault;
}

std::string_view Connection::piece() const {
  if (decoder_ != nullptr) return {static_cast<const char*>(decoded_) + piece_at_, piece_size_};
  return stream_.buffered().substr(0, piece_size_);
}

void Connection::take(std::size_t bytes) {
  piece_size_ -= bytes;
  if (decoder_ != nullptr) {
    piece_at_ += bytes;
  } else {
    raw_size_ -= bytes;
    stream_.consume(bytes);
  }
}

void Connection::finish() {
  state_ = State::complete;
  stop_watching();
  decoder_.reset();
  if (decoded_ != nullptr) kernel_.blocks.give(std::exchange(decoded_, nullptr));
}

void Connection::refuse(const Fault& fault) {
  if (&fault != &fault_) fault_ = fault;
  state_ = State::faulty;
  stop_watching();
}

bool Connection::is_usable() const {
  if (!stream_.is_open() || stream_.has_input() || stream_.output_failed() || stream_.queued() > 0) return false;
  return state_ == State::idle || (state_ == State::complete && !sending_ && parser_.keep_alive());
}

void Connection::close() {
  stop_watching();
  if (!stream_.is_open()) return;
  // Polite where it costs no wait.
  stream_.end_output(false);
  stream_.close();
}

// Limits
// ---------------------------------------------------------------------------------------------------------------

// The timer is left where it is when it comes before the limit: it is set anew when it expires, and most never do.
void Connection::watch_limits() {
  if (!stream_.has_reader()) return;
  kernel::Nanoseconds read = limits_.read > 0 && !sending_ ? kernel_.timers.now() + limits_.read : 0;
  wait_until_ = deadline_ == 0 || (read != 0 && read < deadline_) ? read : deadline_;
  if (expecting_ && (wait_until_ == 0 || patience_ends_ < wait_until_)) wait_until_ = patience_ends_;
  if (wait_until_ == 0) return;
  if (armed()) {
    if (kernel_.timers.deadline_of(this) <= wait_until_) return;
    kernel_.timers.remove(this);
  }
  kernel_.timers.add(this, wait_until_);
}

void Connection::stop_watching() {
  if (armed()) kernel_.timers.remove(this);
}

bool Connection::is_too_late() {
  if (deadline_ == 0 || kernel_.timers.now() < deadline_) return false;
  expired_ = Expired::total;
  return true;
}

void Connection::expired() {
  if (wait_until_ == 0 || !stream_.has_reader()) return;
  if (kernel_.timers.now() < wait_until_) return kernel_.timers.add(this, wait_until_);
  if (expecting_ && wait_until_ == patience_ends_) {
    expired_ = Expired::patience;
  } else {
    expired_ = wait_until_ == deadline_ ? Expired::total : Expired::read;
  }
  stream_.satisfy_reader();
}

}  // namespace arun::http
