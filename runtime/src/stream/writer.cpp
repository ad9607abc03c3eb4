#include "stream/writer.h"

#include "lua/error.h"

namespace arun::stream {
namespace {

class Drain final : public Writer {
 public:
  bool advance(Stream& stream) override { return stream.queued() <= Stream::kHighWater; }
  int results(lua_State*, Stream&) override { return 0; }
};

}  // namespace

Stream* Writer::leave() {
  Stream* stream = stream_;
  if (stream != nullptr) stream->leave(this);
  stream_ = nullptr;
  return stream;
}

int Writer::finish(lua_State* L) {
  bool done = stream_->writing_ == Stream::Wait::done;
  Stream& stream = *leave();
  return done ? results(L, stream) : failed(L, stream);
}

kernel::Operation::CancelResult Writer::cancel(kernel::Kernel&) {
  abandoned(*leave());
  return CancelResult::detached;
}

void Writer::describe(std::string* out) const {
  char text[Address::kTextSize];
  *out = "room to send to ";
  *out += stream_ != nullptr ? stream_->peer().text(text) : "a stream";
}

kernel::Task* begin_write(lua_State* L, Stream& stream) {
  if (stream.has_writer()) lua::raise_usage(L, "another task writes to this stream already");
  if (stream.output_ended()) stream.raise_closed(L, "the stream was shut down");
  if (stream.filter() != nullptr && stream.filter()->state() == Filter::State::opening) {
    lua::raise_usage(L, "the handshake is not over");
  }
  return kernel::begin_suspend(L);
}

int write(lua_State* L, kernel::Task* task, Stream& stream, Writer* writer) {
  if (!stream.begin(writer)) return kernel::suspend(L, task, writer);
  return stream.may_go_on() ? kernel::finish_now(L, task, writer) : kernel::suspend_completed(L, task, writer);
}

int write_drain(lua_State* L, kernel::Task* task, Stream& stream) {
  return write(L, task, stream, task->emplace<Drain>());
}

}  // namespace arun::stream
