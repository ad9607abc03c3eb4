// stream:read, read_exactly, read_until, read_all and lines.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "stream/reader.h"
#include "stream/stream_box.h"

namespace arun::stream {
namespace {

constexpr lua_Integer kUsualRead = kernel::Blocks::kSize;
constexpr lua_Integer kUsualMax = lua_Integer{1024} * 1024;
constexpr lua_Integer kMostMax = std::numeric_limits<std::int32_t>::max();

// Pushes the first bytes, and takes them off the stream with some more.
int take(lua_State* L, Stream& stream, std::size_t bytes, std::size_t skip = 0) {
  lua_pushlstring(L, stream.buffered().data(), bytes);
  stream.consume(bytes + skip);
  return 1;
}

// There is nothing more: nil, unless something that was written before is lost.
int end_of_input(lua_State* L, Stream& stream) {
  if (stream.has_unreported_error()) stream.raise_output_error(L);
  lua_pushnil(L);
  return 1;
}

// Raises kind "io" with the text on top of the stack and how many bytes came, which stay to be read.
[[noreturn]] void raise_with_text(lua_State* L, const Stream& stream, const char* code) {
  char address[Address::kTextSize];
  const char* text = lua_tostring(L, -1);
  lua::push_error(L, "io", "read %s: %s (%s)", stream.peer().text(address), text, code);
  lua_pushstring(L, code);
  lua_setfield(L, -2, "code");
  lua_pushliteral(L, "read");
  lua_setfield(L, -2, "operation");
  lua_pushstring(L, address);
  lua_setfield(L, -2, "address");
  lua_pushinteger(L, static_cast<lua_Integer>(stream.buffered().size()));
  lua_setfield(L, -2, "received");
  lua_error(L);
  __builtin_unreachable();
}

LUAI_UACINT for_format(std::size_t number) {
  return static_cast<LUAI_UACINT>(number);
}

class ReadSome final : public Reader {
 public:
  explicit ReadSome(std::size_t most) : most_(most) {}

  bool offer(Stream&, std::string_view bytes, bool ended) override { return !bytes.empty() || ended || most_ == 0; }
  std::size_t wanted() const override { return most_; }

  int results(lua_State* L, Stream& stream) override {
    std::size_t size = stream.buffered().size();
    if (size == 0 && most_ > 0) return end_of_input(L, stream);
    return take(L, stream, std::min(size, most_));
  }

 private:
  std::size_t most_;
};

class ReadExactly final : public Reader {
 public:
  explicit ReadExactly(std::size_t count) : count_(count) {}

  bool offer(Stream&, std::string_view bytes, bool ended) override {
    received_ = bytes.size();
    return received_ >= count_ || ended;
  }
  std::size_t wanted() const override { return count_ - received_; }

  int results(lua_State* L, Stream& stream) override {
    std::size_t received = stream.buffered().size();
    if (received >= count_) return take(L, stream, count_);
    if (received == 0) return end_of_input(L, stream);
    if (stream.has_unreported_error()) stream.raise_output_error(L);
    lua_pushfstring(L, "the input ended after %I of %I bytes", for_format(received), for_format(count_));
    raise_with_text(L, stream, "EOF");
  }

 private:
  std::size_t count_;
  std::size_t received_ = 0;
};

class ReadUntil : public Reader {
 public:
  // The delimiter is on the stack of the waiting thread, or static.
  ReadUntil(std::string_view delimiter, std::uint32_t max)
      : delimiter_(delimiter.data()), length_(static_cast<std::uint32_t>(delimiter.size())), max_(max) {}

  bool offer(Stream&, std::string_view bytes, bool ended) override {
    std::size_t at = bytes.find(std::string_view(delimiter_, length_), scanned_);
    if (at != std::string_view::npos) {
      end_ = static_cast<std::uint32_t>(std::min<std::size_t>(at + length_, kMostMax));
      return true;
    }
    scanned_ = static_cast<std::uint32_t>(bytes.size() < length_ ? 0 : bytes.size() - length_ + 1);
    return bytes.size() > max_ || ended;
  }

  int results(lua_State* L, Stream& stream) override {
    if (end_ > max_ || (end_ == 0 && stream.buffered().size() > max_)) {
      lua_pushfstring(L, "no delimiter within %I bytes", for_format(max_));
      raise_with_text(L, stream, "EMSGSIZE");
    }
    if (end_ > 0) return take_to_delimiter(L, stream, end_);
    return stream.buffered().empty() ? end_of_input(L, stream) : take_last(L, stream);
  }

 protected:
  virtual int take_to_delimiter(lua_State* L, Stream& stream, std::size_t end) { return take(L, stream, end); }

  virtual int take_last(lua_State* L, Stream& stream) {
    if (stream.has_unreported_error()) stream.raise_output_error(L);
    lua_pushfstring(L, "the input ended after %I bytes without the delimiter", for_format(stream.buffered().size()));
    raise_with_text(L, stream, "EOF");
  }

 private:
  const char* delimiter_;
  std::uint32_t length_;
  std::uint32_t max_;
  std::uint32_t scanned_ = 0;  // so many bytes do not begin the delimiter
  std::uint32_t end_ = 0;      // behind the delimiter, once it was found
};

class ReadLine final : public ReadUntil {
 public:
  explicit ReadLine(std::uint32_t max) : ReadUntil("\n", max) {}

 private:
  int take_to_delimiter(lua_State* L, Stream& stream, std::size_t end) override {
    bool carriage_return = end >= 2 && stream.buffered()[end - 2] == '\r';
    std::size_t line_end = carriage_return ? 2 : 1;
    return take(L, stream, end - line_end, line_end);
  }
  int take_last(lua_State* L, Stream& stream) override { return take(L, stream, stream.buffered().size()); }
};

class ReadAll final : public Reader {
 public:
  explicit ReadAll(std::size_t max) : max_(max) {}

  bool offer(Stream&, std::string_view bytes, bool ended) override { return ended || bytes.size() > max_; }

  int results(lua_State* L, Stream& stream) override {
    std::size_t size = stream.buffered().size();
    if (size > max_) {
      lua_pushfstring(L, "more than %I bytes", for_format(max_));
      raise_with_text(L, stream, "EMSGSIZE");
    }
    if (size == 0 && stream.has_unreported_error()) stream.raise_output_error(L);
    return take(L, stream, size);
  }

 private:
  std::size_t max_;
};

std::size_t check_count(lua_State* L, int arg, lua_Integer otherwise) {
  lua_Integer count = lua::optional_integer(L, arg, otherwise);
  if (count < 0) lua::argument_error(L, arg, "number of bytes is negative");
  return static_cast<std::size_t>(count);
}

lua_Integer check_max(lua_State* L, int arg, lua_Integer otherwise, lua_Integer most) {
  lua::check_options(L, arg, {"max"});
  lua_Integer max = lua::option_integer(L, arg, "max", otherwise);
  if (max < 1 || max > most)
    lua::raise_usage(L, "option 'max': an integer from 1 to %I expected", static_cast<LUAI_UACINT>(most));
  return max;
}

// The iterator; its upvalues are the stream and the longest line.
int next_line(lua_State* L) {
  lua_settop(L, 0);
  auto max = static_cast<std::uint32_t>(lua_tointeger(L, lua_upvalueindex(2)));
  lua_pushvalue(L, lua_upvalueindex(1));
  Stream& stream = check_open(L, 1);
  kernel::Task* task = begin_read(L, stream);
  return read(L, task, stream, task->emplace<ReadLine>(max));
}

}  // namespace

int stream_read(lua_State* L) {
  Stream& stream = check_open(L, 1);
  std::size_t most = check_count(L, 2, kUsualRead);
  kernel::Task* task = begin_read(L, stream);
  return read(L, task, stream, task->emplace<ReadSome>(most));
}

int stream_read_exactly(lua_State* L) {
  Stream& stream = check_open(L, 1);
  lua::check_integer(L, 2);
  std::size_t count = check_count(L, 2, 0);
  kernel::Task* task = begin_read(L, stream);
  return read(L, task, stream, task->emplace<ReadExactly>(count));
}

int stream_read_until(lua_State* L) {
  Stream& stream = check_open(L, 1);
  std::string_view delimiter = lua::check_string(L, 2);
  if (delimiter.empty()) return lua::argument_error(L, 2, "the delimiter is empty");
  auto max = static_cast<std::uint32_t>(check_max(L, 3, kUsualMax, kMostMax));
  kernel::Task* task = begin_read(L, stream);
  return read(L, task, stream, task->emplace<ReadUntil>(delimiter, max));
}

int stream_read_all(lua_State* L) {
  Stream& stream = check_open(L, 1);
  constexpr lua_Integer kNoLimit = std::numeric_limits<lua_Integer>::max();
  auto max = static_cast<std::size_t>(check_max(L, 2, kNoLimit, kNoLimit));
  kernel::Task* task = begin_read(L, stream);
  return read(L, task, stream, task->emplace<ReadAll>(max));
}

int stream_lines(lua_State* L) {
  check_open(L, 1);
  lua_Integer max = check_max(L, 2, kUsualMax, kMostMax);
  lua_settop(L, 1);
  lua_pushinteger(L, max);
  lua_pushcclosure(L, next_line, 2);
  return 1;
}

}  // namespace arun::stream
