// stream:write, flush, shutdown and close.
#include <algorithm>

#include "lua/args.h"
#include "stream/stream_box.h"
#include "stream/writer.h"
#include "uv/pool_job.h"

namespace arun::stream {
namespace {

// Sends strings from where they are, on the stack of the waiting thread, so that a large one is not copied. Done when
// no more than the high-water mark is left, which is then queued.
class WriteStrings final : public Writer {
 public:
  // The arguments first..last.
  WriteStrings(lua_State* thread, int first, int last) : thread_(thread), at_(first), last_(last) {}

  bool advance(Stream& stream) override {
    for (bool taken = true; taken && at_ <= last_ && stream.queued() == 0 && !stream.output_failed();) {
      iovec pieces[kMostPieces];
      int count = gather(pieces);
      std::size_t size = 0;
      for (int i = 0; i < count; ++i) size += pieces[i].iov_len;
      std::size_t sent = stream.send_now(pieces, count);
      skip(sent);
      taken = sent == size || stream.filter() != nullptr;
    }
    if (left() + stream.queued() > Stream::kHighWater) return false;
    queue_rest(stream);
    return true;
  }

  int results(lua_State* L, Stream&) override {
    lua_settop(L, 1);
    return 1;
  }

  // All or nothing: what is left is sent behind the scenes, so that the next write does not follow half of this one.
  void abandoned(Stream& stream) override { queue_rest(stream); }

 private:
  static constexpr int kMostPieces = 16;

  std::string_view piece(int index) const {
    std::size_t size = 0;
    const char* data = lua_tolstring(thread_, index, &size);
    return {data, size};
  }

  int gather(iovec* pieces) const {
    int count = 0;
    std::size_t offset = offset_;
    for (int i = at_; i <= last_ && count < kMostPieces; ++i, offset = 0) {
      std::string_view bytes = piece(i).substr(offset);
      pieces[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
    }
    return count;
  }

  void skip(std::size_t bytes) {
    while (at_ <= last_) {
      std::size_t size = piece(at_).size() - offset_;
      if (bytes < size) {
        offset_ += bytes;
        return;
      }
      bytes -= size;
      offset_ = 0;
      ++at_;
    }
  }

  std::size_t left() const {
    std::size_t sum = 0;
    for (int i = at_; i <= last_; ++i) sum += piece(i).size();
    return sum - offset_;
  }

  void queue_rest(Stream& stream) {
    for (; at_ <= last_; ++at_, offset_ = 0) stream.enqueue(piece(at_).substr(offset_));
  }

  lua_State* thread_;
  std::size_t offset_ = 0;  // of what is left in the first string that is not sent
  std::int32_t at_;
  std::int32_t last_;
};

class Flush : public Writer {
 public:
  bool advance(Stream& stream) override { return stream.queued() == 0; }
  int results(lua_State*, Stream&) override { return 0; }
};

class Close final : public Flush {
 public:
  int results(lua_State*, Stream& stream) override {
    stream.close();
    return 0;
  }
  int failed(lua_State* L, Stream& stream) override {
    stream.close();
    stream.raise_output_error(L);
  }
  void abandoned(Stream& stream) override { stream.close(); }
};

}  // namespace

int stream_write(lua_State* L) {
  Stream& stream = check_open(L, 1);
  int last = lua_gettop(L);
  for (int arg = 2; arg <= last; ++arg) lua::check_string(L, arg);
  kernel::Task* task = begin_write(L, stream);
  return write(L, task, stream, task->emplace<WriteStrings>(L, 2, last));
}

int stream_flush(lua_State* L) {
  Stream& stream = check_open(L, 1);
  kernel::Task* task = begin_write(L, stream);
  return write(L, task, stream, task->emplace<Flush>());
}

int stream_shutdown(lua_State* L) {
  Stream& stream = check_open(L, 1);
  if (stream.output_ended()) return 0;
  kernel::Task* task = begin_write(L, stream);
  stream.end_output(true);
  return write(L, task, stream, task->emplace<Flush>());
}

int stream_close(lua_State* L) {
  Stream& stream = check_stream(L, 1);
  if (!stream.is_open()) return 0;
  if (stream.begin_close() && uv::may_suspend(L)) {
    kernel::Task* task = kernel::begin_suspend(L);
    return write(L, task, stream, task->emplace<Close>());
  }
  stream.close();
  if (stream.has_unreported_error()) stream.raise_output_error(L);
  return 0;
}

// The block is left. By an error: nobody waits for what is queued.
int stream_leave(lua_State* L) {
  if (lua_isnoneornil(L, 2)) return stream_close(L);
  check_stream(L, 1).close();
  return 0;
}

}  // namespace arun::stream
