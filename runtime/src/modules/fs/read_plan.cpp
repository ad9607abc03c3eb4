#include "modules/fs/read_plan.h"

#include <algorithm>
#include <cctype>
#include <clocale>
#include <cstring>
#include <new>

#include "lua/args.h"
#include "lua/error.h"
#include "modules/fs/numeral.h"

namespace arun::modules {
void ReadBuffer::reserve(std::size_t least) {
  if (capacity_ - end_ >= least) return;
  if (begin_ > 0) {
    std::memmove(memory_.get(), data(), size());
    end_ -= begin_;
    begin_ = 0;
    if (capacity_ - end_ >= least) return;
  }
  if (least > PTRDIFF_MAX - end_) throw std::bad_alloc();
  std::size_t grown =
      end_ == 0 ? least : std::max(end_ + least, std::min(2 * capacity_, capacity_ + (std::size_t{1} << 30)));
  void* memory = std::realloc(memory_.get(), grown);
  if (memory == nullptr) throw std::bad_alloc();
  static_cast<void>(memory_.release());
  memory_.reset(static_cast<char*>(memory));
  capacity_ = grown;
}

void ReadBuffer::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ < end_) return;
  begin_ = end_ = 0;
  if (capacity_ > kKept) {
    memory_.reset();
    capacity_ = 0;
  }
}

// As in io, only the first letter counts ("line", "all"), and a star before it, as Lua 5.1 wrote it, means nothing.
void ReadPlan::add(lua_State* L, int arg) {
  Piece& piece = pieces_[count_++];
  piece.size = 0;
  if (lua_type(L, arg) == LUA_TNUMBER) {
    lua_Integer count = lua::check_integer(L, arg);
    if (count < 0) lua::argument_error(L, arg, "number of bytes is negative");
    piece.format = Format::bytes;
    piece.size = static_cast<std::size_t>(count);
    return;
  }
  if (lua_type(L, arg) != LUA_TSTRING) lua::type_error(L, arg, "number of bytes or format");
  const char* format = lua_tostring(L, arg);
  if (*format == '*') ++format;
  switch (*format) {
    case 'n':
      piece.format = Format::number;
      point_ = *std::localeconv()->decimal_point;
      return;
    case 'l':
      piece.format = Format::line;
      return;
    case 'L':
      piece.format = Format::line_with_end;
      return;
    case 'a':
      piece.format = Format::all;
      return;
    default:
      lua::argument_error(L, arg, R"(format expected: a number of bytes, "n", "l", "L" or "a")");
  }
}

ReadPlan ReadPlan::check(lua_State* L, int first) {
  ReadPlan plan;
  int top = lua_gettop(L);
  if (top - first + 1 > kMostFormats) lua::raise_usage(L, "a read takes at most %d formats", kMostFormats);
  for (int arg = first; arg <= top; ++arg) plan.add(L, arg);
  if (plan.count_ == 0) plan.pieces_[plan.count_++] = {Format::line, 0, 0};
  return plan;
}

bool ReadPlan::match(const ReadBuffer& buffer, bool at_end) {
  while (done_ < count_ && !ended_) {
    if (!match_next(buffer, at_end)) return false;
  }
  return true;
}

void ReadPlan::found(std::size_t size, std::size_t skip) {
  Piece& piece = pieces_[done_++];
  piece.offset = at_;
  piece.size = size;
  at_ += size + skip;
  scanned_ = at_;
}

bool ReadPlan::match_next(const ReadBuffer& buffer, bool at_end) {
  switch (pieces_[done_].format) {
    case Format::number:
      return match_number(buffer, at_end);
    case Format::all:
      if (at_end) found(buffer.size() - at_);
      return at_end;
    case Format::bytes:
      if (match_bytes(buffer)) return true;
      break;
    default:
      if (match_line(buffer)) return true;
  }
  if (!at_end) return false;
  if (buffer.size() > at_) {
    found(buffer.size() - at_);
  } else {
    ended_ = true;
  }
  return true;
}

bool ReadPlan::match_bytes(const ReadBuffer& buffer) {
  std::size_t left = buffer.size() - at_;
  std::size_t asked = pieces_[done_].size;
  if (left == 0 || left < asked) return false;
  found(asked);
  return true;
}

bool ReadPlan::match_line(const ReadBuffer& buffer) {
  if (scanned_ == buffer.size()) return false;
  const char* begin = buffer.data() + at_;
  const void* newline = std::memchr(buffer.data() + scanned_, '\n', buffer.size() - scanned_);
  scanned_ = buffer.size();
  if (newline == nullptr) return false;
  auto length = static_cast<std::size_t>(static_cast<const char*>(newline) - begin);
  if (pieces_[done_].format == Format::line_with_end) {
    found(length + 1);
  } else {
    found(length, 1);
  }
  return true;
}

bool ReadPlan::match_number(const ReadBuffer& buffer, bool at_end) {
  while (at_ < buffer.size() && std::isspace(static_cast<unsigned char>(buffer.data()[at_])) != 0) ++at_;
  Numeral numeral = find_numeral({buffer.data() + at_, buffer.size() - at_}, at_end, point_);
  if (!numeral.ended) return false;
  if (numeral.valid) {
    found(numeral.size);
  } else {
    at_ += numeral.size;
    ended_ = true;
  }
  return true;
}

std::size_t ReadPlan::missing(const ReadBuffer& buffer) const {
  const Piece& piece = pieces_[done_];
  if (piece.format == Format::all) return kAll;
  if (piece.format != Format::bytes) return 0;
  return std::max<std::size_t>(piece.size, 1) - (buffer.size() - at_);
}

int ReadPlan::push(lua_State* L, const ReadBuffer& buffer) const {
  luaL_checkstack(L, done_ + 1, nullptr);
  for (int i = 0; i < done_; ++i) {
    const Piece& piece = pieces_[i];
    const char* data = buffer.data() + piece.offset;
    if (piece.format == Format::number) {
      char numeral[kLongestNumeral + 1];
      numeral[piece.size] = '\0';
      lua_stringtonumber(L, static_cast<const char*>(std::memcpy(numeral, data, piece.size)));
    } else {
      lua_pushlstring(L, data, piece.size);
    }
  }
  if (ended_) lua_pushnil(L);
  return done_ + (ended_ ? 1 : 0);
}

}  // namespace arun::modules
