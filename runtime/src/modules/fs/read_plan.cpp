#include "modules/fs/read_plan.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "lua/args.h"
#include "lua/error.h"

namespace arun::modules {
namespace {

ReadFormat check_format(lua_State* L, int arg) {
  using Kind = ReadFormat::Kind;
  if (lua_type(L, arg) == LUA_TNUMBER) {
    lua_Integer count = lua::check_integer(L, arg);
    if (count < 0) lua::argument_error(L, arg, "number of bytes is negative");
    return {Kind::bytes, static_cast<std::size_t>(count)};
  }
  if (lua_type(L, arg) != LUA_TSTRING) lua::type_error(L, arg, "number of bytes or format");
  const char* format = lua_tostring(L, arg);
  if (*format == '*') ++format;  // as Lua 5.1 wrote them, and io still takes them
  if (std::strcmp(format, "l") == 0) return {Kind::line, 0};
  if (std::strcmp(format, "L") == 0) return {Kind::line_with_end, 0};
  if (std::strcmp(format, "a") == 0) return {Kind::all, 0};
  lua::argument_error(L, arg, R"(format expected: a number of bytes, "l", "L" or "a")");
  return {};
}

}  // namespace

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

ReadPlan ReadPlan::check(lua_State* L, int first) {
  ReadPlan plan;
  int top = lua_gettop(L);
  if (top - first + 1 > kMostFormats) lua::raise_usage(L, "a read takes at most %d formats", kMostFormats);
  for (int arg = first; arg <= top; ++arg) plan.formats_[plan.count_++] = check_format(L, arg);
  if (plan.count_ == 0) plan.formats_[plan.count_++] = {ReadFormat::Kind::line, 0};
  return plan;
}

bool ReadPlan::match(const ReadBuffer& buffer, bool at_end) {
  while (done_ < count_ && !ended_) {
    if (!match_next(buffer, at_end)) return false;
  }
  return true;
}

void ReadPlan::found(std::size_t size, std::size_t skip) {
  pieces_[done_++] = {at_, size};
  at_ += size + skip;
  scanned_ = at_;
}

bool ReadPlan::match_next(const ReadBuffer& buffer, bool at_end) {
  using Kind = ReadFormat::Kind;
  const ReadFormat& format = formats_[done_];
  std::size_t left = buffer.size() - at_;
  if (format.kind == Kind::all) {
    if (!at_end) return false;
    found(left);
    return true;
  }
  if (format.kind == Kind::bytes) {
    if (left > 0 && left >= format.count) {
      found(format.count);
      return true;
    }
  } else if (left > 0) {
    const char* from = buffer.data() + scanned_;
    if (const void* newline = std::memchr(from, '\n', buffer.size() - scanned_)) {
      std::size_t length = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer.data()) - at_;
      bool keep = format.kind == Kind::line_with_end;
      found(length + (keep ? 1 : 0), keep ? 0 : 1);
      return true;
    }
    scanned_ = buffer.size();
  }
  if (!at_end) return false;
  if (left > 0) {
    found(left);
  } else {
    ended_ = true;
  }
  return true;
}

std::size_t ReadPlan::missing(const ReadBuffer& buffer) const {
  const ReadFormat& format = formats_[done_];
  if (format.kind == ReadFormat::Kind::all) return kAll;
  if (format.kind != ReadFormat::Kind::bytes) return 0;
  return std::max<std::size_t>(format.count, 1) - (buffer.size() - at_);
}

int ReadPlan::push(lua_State* L, const ReadBuffer& buffer) const {
  luaL_checkstack(L, done_ + 1, nullptr);
  for (int i = 0; i < done_; ++i) lua_pushlstring(L, buffer.data() + pieces_[i].offset, pieces_[i].size);
  if (ended_) lua_pushnil(L);
  return done_ + (ended_ ? 1 : 0);
}

}  // namespace arun::modules
