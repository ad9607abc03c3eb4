// Text being written into memory of fixed size. What does not fit is left out, and told.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace arun::http {

class Output {
 public:
  Output(char* begin, std::size_t room) : begin_(begin), at_(begin), end_(begin + room) {}

  void put(char c) {
    if (at_ == end_) {
      overflowed_ = true;
    } else {
      *at_++ = c;
    }
  }

  void put(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(end_ - at_)) {
      overflowed_ = true;
    } else if (!text.empty()) {
      std::memcpy(at_, text.data(), text.size());
      at_ += text.size();
    }
  }

  std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  std::string_view from(std::size_t start) const { return {begin_ + start, size() - start}; }
  char* begin() { return begin_; }
  char* end() { return at_; }
  // Forgets what was written from this place on.
  void cut(char* place) { at_ = place; }
  bool overflowed() const { return overflowed_; }

 private:
  char* begin_;
  char* at_;
  char* end_;
  bool overflowed_ = false;
};

}  // namespace arun::http
