#include "stream/stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lua/error.h"
#include "stream/reader.h"
#include "stream/writer.h"
#include "uv/error.h"

namespace arun::stream {
namespace {

// A status beyond those of libuv: the filter knows the error.
constexpr int kFilterFailed = -1'000'000;

// A reader is not served for ever in one go, however fast the other side is.
constexpr int kMostReceives = 16;

// What a filter takes at once, so that little is queued beyond what the wire takes.
constexpr std::size_t kFilterPortion = std::size_t{64} * 1024;

}  // namespace

// Life
// -----------------------------------------------------------------------------------------------------------------

void Stream::set_filter(std::unique_ptr<Filter> filter) {
  filter_ = std::move(filter);
  filter_->start(queue_);
  if (!buffered().empty()) {
    std::string early(buffered());
    input_.release();
    filter_->receive(early, input_.buffer(), queue_);
  }
  note_filter_state();
  watch_or_fail();
}

void Stream::describe(std::string* out) const {
  char text[Address::kTextSize];
  *out = "stream ";
  *out += peer_.text(text);
}

void Stream::close() {
  closing_ = false;
  if (!socket_.is_open()) return;
  socket_.close();
  note_closed();
  queue_.release();
  fail_reader();
  fail_writer();
}

bool Stream::begin_close() {
  if (writing_ == Wait::waiting) return false;  // its data is lost, and it is told
  end_output(false);
  if (queue_.empty()) return false;
  closing_ = true;
  fail_reader();
  return true;
}

void Stream::fail_reader() {
  if (reading_ != Wait::waiting) return;
  reading_ = Wait::failed;
  socket_.kernel().scheduler.complete(reader_);
}

void Stream::fail_writer() {
  if (writing_ != Wait::waiting) return;
  writing_ = Wait::failed;
  socket_.kernel().scheduler.complete(writer_);
}

// Asks the loop for what the stream waits for. It goes on asking for input while nobody reads, until some comes: to
// stop and to start again costs more than to be told once in vain. False when that fails, and both directions with it.
bool Stream::watch() {
  if (!socket_.is_open()) return true;
  int events = socket_.wanted() & UV_READABLE;
  if (reading_ == Wait::waiting) events |= UV_READABLE;
  if (writing_ == Wait::waiting || !queue_.empty()) events |= UV_WRITABLE;
  socket_.keep_loop_alive(reading_ == Wait::waiting || writing_ == Wait::waiting);
  int status = socket_.want(events);
  if (status == 0) return true;
  fail_input(status);
  fail_output(status);
  return false;
}

void Stream::watch_or_fail() {
  if (watch()) return;
  fail_reader();
  fail_writer();
}

bool Stream::may_go_on() {
  used_ += kCallCost;
  if (used_ < kMostUsed) return true;
  used_ = 0;
  // Such a turn is a long one, as turns go: a drain of many would keep timers and other sockets waiting.
  socket_.kernel().scheduler.note_long_step();
  return false;
}

void Stream::raise_error(lua_State* L, const char* operation, int status) {
  if (status == 0) raise_closed(L, "the stream is closed");
  char text[Address::kTextSize];
  peer_.text(text);
  if (status == kFilterFailed) {
    filter_->push_error(L, text);
  } else {
    uv::push_address_error(L, status, operation, text);
  }
  lua_error(L);
  __builtin_unreachable();
}

void Stream::raise_closed(lua_State* L, const char* why) {
  char text[Address::kTextSize];
  lua::push_error(L, "closed", "%s: %s", peer_.text(text), why);
  lua_pushstring(L, text);
  lua_setfield(L, -2, "address");
  lua_error(L);
  __builtin_unreachable();
}

// Input
// ----------------------------------------------------------------------------------------------------------------

void Stream::consume(std::size_t bytes) {
  used_ += bytes;
  input_.consume(bytes);
}

bool Stream::begin(Reader* reader) {
  reader->stream_ = this;
  reader_ = reader;
  reading_ = advance(*reader);
  if (reading_ != Wait::waiting) return true;
  used_ = 0;
  input_.settle();
  if (watch()) return false;
  reading_ = Wait::failed;
  return true;
}

Stream::Wait Stream::advance(Reader& reader) {
  for (int receives = 0;; ++receives) {
    if (reader.offer(*this, buffered(), ended_)) return Wait::done;
    if (input_status_ < 0) return Wait::failed;
    if (!more_ || receives == kMostReceives || !receive(reader.wanted())) return Wait::waiting;
  }
}

void Stream::leave(Reader* reader) {
  if (reader_ != reader) return;
  reader_ = nullptr;
  reading_ = Wait::none;
  watch_or_fail();
}

void Stream::on_readable() {
  more_ = true;
  if (reading_ != Wait::waiting) {
    socket_.want(socket_.wanted() & ~UV_READABLE);
    return;
  }
  reading_ = Wait::none;  // the reader is told of its end here, and nowhere else
  reading_ = advance(*reader_);
  if (reading_ == Wait::waiting) {
    input_.settle();
  } else {
    socket_.kernel().scheduler.complete(reader_);
  }
  watch_or_fail();
}

void Stream::satisfy_reader() {
  if (reading_ != Wait::waiting) return;
  reading_ = Wait::done;
  socket_.kernel().scheduler.complete(reader_);
}

// Takes what the wire has; false when it has nothing now.
bool Stream::receive(std::size_t wanted) {
  if (filter_ != nullptr) return receive_filtered();
  if (!input_.prepare(wanted)) {
    fail_input(UV_ENOMEM);
    return true;
  }
  ByteBuffer& buffer = input_.buffer();
  std::size_t room = buffer.room_size();
  ssize_t count = socket_.receive(buffer.room(), room);
  more_ = count == static_cast<ssize_t>(room);
  if (count == UV_EAGAIN) return false;
  if (count < 0) {
    fail_input(static_cast<int>(count));
  } else {
    buffer.added(static_cast<std::size_t>(count));
    ended_ = count == 0;
  }
  return true;
}

bool Stream::receive_filtered() {
  void* block = socket_.kernel().blocks.take();
  ssize_t count = UV_ENOMEM;
  if (block != nullptr && input_.prepare(0)) {
    count = socket_.receive(block, kernel::Blocks::kSize);
    more_ = count == static_cast<ssize_t>(kernel::Blocks::kSize);
    if (count > 0)
      filter_->receive({static_cast<char*>(block), static_cast<std::size_t>(count)}, input_.buffer(), queue_);
    if (count == 0) filter_->wire_ended();
  }
  if (block != nullptr) socket_.kernel().blocks.give(block);
  if (count == UV_EAGAIN) return false;
  if (count < 0) fail_input(static_cast<int>(count));
  note_filter_state();
  return true;
}

// After each call of the filter: sends what it has to say, and its end is the stream's.
void Stream::note_filter_state() {
  send_queued();
  if (filter_->state() == Filter::State::ended) {
    ended_ = true;
    more_ = false;
  }
  if (filter_->state() != Filter::State::failed) return;
  fail_input(kFilterFailed);
  fail_output(kFilterFailed);
  fail_writer();
}

void Stream::fail_input(int status) {
  if (input_status_ == 0) input_status_ = status;
  more_ = false;
}

void Stream::raise_input_error(lua_State* L) {
  raise_error(L, "read", input_status_);
}

// Output
// ---------------------------------------------------------------------------------------------------------------

void Stream::send(std::string_view bytes) {
  while (!bytes.empty() && send_queued() && !output_failed()) {
    iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
    std::size_t sent = send_now(&piece, 1);
    if (sent == 0) break;
    bytes.remove_prefix(sent);
  }
  enqueue(bytes);
  watch_or_fail();
}

bool Stream::send_queued() {
  while (!queue_.empty()) {
    iovec piece{const_cast<char*>(queue_.data()), queue_.size()};
    ssize_t count = socket_.send(&piece, 1);
    if (count == UV_EAGAIN) return false;
    if (count < 0) {
      fail_output(static_cast<int>(count));
    } else {
      queue_.consume(static_cast<std::size_t>(count));
    }
  }
  queue_.release();
  if (half_close_) {
    half_close_ = false;
    socket_.shutdown();
  }
  return true;
}

std::size_t Stream::send_now(const iovec* pieces, int count) {
  std::size_t sent = 0;
  if (filter_ != nullptr) {
    sent = std::min(pieces[0].iov_len, kFilterPortion);
    enqueue({static_cast<const char*>(pieces[0].iov_base), sent});
  } else {
    ssize_t result = socket_.send(pieces, count);
    if (result >= 0) sent = static_cast<std::size_t>(result);
    if (result < 0 && result != UV_EAGAIN) fail_output(static_cast<int>(result));
  }
  used_ += sent;
  return sent;
}

void Stream::enqueue(std::string_view bytes) {
  if (bytes.empty() || output_failed()) return;
  if (filter_ == nullptr) {
    if (!queue_.append(bytes)) fail_output(UV_ENOMEM);
    return;
  }
  filter_->send(bytes, queue_);
  note_filter_state();
}

void Stream::end_output(bool half_close) {
  half_close_ = half_close_ || (half_close && !output_ended_);
  bool filter_talks = filter_ != nullptr && filter_->state() != Filter::State::opening;
  if (!output_ended_ && filter_talks && !output_failed()) filter_->shut_down(queue_);
  output_ended_ = true;
  send_queued();
  watch_or_fail();
}

bool Stream::begin(Writer* writer) {
  writer->stream_ = this;
  writer_ = writer;
  writing_ = advance(*writer);
  if (!watch()) writing_ = Wait::failed;
  if (writing_ != Wait::waiting) return true;
  used_ = 0;
  return false;
}

Stream::Wait Stream::advance(Writer& writer) {
  send_queued();
  bool done = !output_failed() && writer.advance(*this);
  return output_failed() ? Wait::failed : done ? Wait::done : Wait::waiting;
}

void Stream::leave(Writer* writer) {
  if (writer_ != writer) return;
  writer_ = nullptr;
  writing_ = Wait::none;
  watch_or_fail();
}

void Stream::on_writable() {
  if (writing_ == Wait::waiting) {
    writing_ = Wait::none;  // as in on_readable
    writing_ = advance(*writer_);
    if (writing_ != Wait::waiting) socket_.kernel().scheduler.complete(writer_);
  } else {
    send_queued();
  }
  watch_or_fail();
}

void Stream::fail_output(int status) {
  if (output_status_ == 0) output_status_ = status;
  queue_.release();
}

void Stream::raise_output_error(lua_State* L) {
  output_error_told_ = true;
  raise_error(L, "write", output_status_);
}

}  // namespace arun::stream
