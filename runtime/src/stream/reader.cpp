#include "stream/reader.h"

#include "lua/error.h"

namespace arun::stream {
namespace {

class FilterOpening final : public Reader {
 public:
  bool offer(Stream& stream, std::string_view, bool) override {
    return stream.filter()->state() != Filter::State::opening;
  }

  int results(lua_State* L, Stream& stream) override {
    if (stream.filter()->state() == Filter::State::failed) stream.raise_input_error(L);
    return 0;
  }

  void describe(std::string* out) const override { *out = "a handshake"; }
};

}  // namespace

void Reader::leave() {
  if (stream_ == nullptr) return;
  stream_->leave(this);
  stream_ = nullptr;
}

int Reader::finish(lua_State* L) {
  Stream& stream = *stream_;
  bool satisfied = stream.reading_ == Stream::Wait::done;
  leave();
  if (!satisfied) stream.raise_input_error(L);
  return results(L, stream);
}

kernel::Operation::CancelResult Reader::cancel(kernel::Kernel&) {
  leave();
  return CancelResult::detached;
}

void Reader::describe(std::string* out) const {
  char text[Address::kTextSize];
  *out = "data from ";
  *out += stream_ != nullptr ? stream_->peer().text(text) : "a stream";
}

kernel::Task* begin_read(lua_State* L, Stream& stream) {
  if (stream.has_reader()) lua::raise_usage(L, "another task reads from this stream already");
  return kernel::begin_suspend(L);
}

int read(lua_State* L, kernel::Task* task, Stream& stream, Reader* reader) {
  if (!stream.begin(reader)) return kernel::suspend(L, task, reader);
  return stream.may_go_on() ? kernel::finish_now(L, task, reader) : kernel::suspend_completed(L, task, reader);
}

int wait_until_open(lua_State* L, kernel::Task* task, Stream& stream) {
  return read(L, task, stream, task->emplace<FilterOpening>());
}

}  // namespace arun::stream
