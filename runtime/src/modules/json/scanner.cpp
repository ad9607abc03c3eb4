#include "modules/json/scanner.h"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "modules/json/limits.h"
#include "text/utf8.h"

namespace arun::json {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

class Scanner {
 public:
  Scanner(std::string_view text, Fault& fault, std::vector<std::size_t>& to_floats)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), fault_(fault), to_floats_(to_floats) {}

  bool text() {
    if (at_ == end_) return fail(at_, "the text is empty");
    if (std::string_view(at_, size_t(end_ - at_)).substr(0, 3) == "\xEF\xBB\xBF") {
      return fail(at_, "a byte order mark is not part of JSON");
    }
    skip_space();
    if (!value(1)) return false;
    skip_space();
    return at_ == end_ || unexpected("the end of the text");
  }

 private:
  template <typename... Arguments>
  bool fail(const char* where, const char* format, Arguments... arguments) {
    fault_.offset = size_t(where - begin_);
    std::snprintf(fault_.message, sizeof fault_.message, format, arguments...);
    return false;
  }

  bool fail(const char* where, const char* message) { return fail(where, "%s", message); }

  // Fails at the current byte, which is described.
  bool unexpected(const char* expected) {
    if (at_ == end_) return fail(at_, "expected %s, got the end of the text", expected);
    int length = utf8::sequence_length(at_, end_);
    if (length == 0) return fail(at_, "invalid UTF-8");
    auto byte = static_cast<unsigned char>(*at_);
    if (byte < 0x20 || byte == 0x7F) return fail(at_, "expected %s, got the byte 0x%02X", expected, unsigned{byte});
    return fail(at_, "expected %s, got '%.*s'", expected, length, at_);
  }

  bool inside(const char* kind, const char* opening) {
    Place place = place_of({begin_, size_t(end_ - begin_)}, size_t(opening - begin_));
    return fail(at_, "the text ends inside the %s that begins at line %zu, column %zu", kind, place.line, place.column);
  }

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  char peek() const { return at_ == end_ ? '\0' : *at_; }

  bool value(int depth) {
    if (at_ == end_) return unexpected("a value");
    switch (*at_) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case '\'':
        return fail(at_, "strings take double quotes");
      default:
        if (*at_ == '-' || is_digit(*at_)) return number();
        return is_word(*at_) ? word() : unexpected("a value");
    }
  }

  bool word() {
    const char* stop = at_;
    while (stop != end_ && is_word(*stop)) ++stop;
    std::string_view word(at_, size_t(stop - at_));
    if (word != "true" && word != "false" && word != "null") {
      return fail(at_, "unknown word '%.*s'", word.size() > 24 ? 24 : int(word.size()), at_);
    }
    at_ = stop;
    return true;
  }

  bool array(int depth) {
    const char* opening = at_++;
    skip_space();
    if (peek() == ']') return ++at_, true;
    if (at_ == end_) return inside("array", opening);
    if (depth > kMaxDepth) return fail(opening, "nested deeper than %d levels", kMaxDepth);
    for (;;) {
      if (!value(depth + 1)) return false;
      skip_space();
      if (at_ == end_) return inside("array", opening);
      if (*at_ == ']') return ++at_, true;
      if (*at_ != ',') return unexpected("',' or ']' after the item");
      ++at_;
      skip_space();
      if (at_ == end_) return inside("array", opening);
    }
  }

  bool object(int depth) {
    const char* opening = at_++;
    skip_space();
    if (peek() == '}') return ++at_, true;
    if (at_ == end_) return inside("object", opening);
    if (depth > kMaxDepth) return fail(opening, "nested deeper than %d levels", kMaxDepth);
    for (;;) {
      if (*at_ != '"') return unexpected("a key in double quotes");
      if (!string()) return false;
      skip_space();
      if (at_ == end_) return inside("object", opening);
      if (*at_ != ':') return unexpected("':' after the key");
      ++at_;
      skip_space();
      if (at_ == end_) return inside("object", opening);
      if (!value(depth + 1)) return false;
      skip_space();
      if (at_ == end_) return inside("object", opening);
      if (*at_ == '}') return ++at_, true;
      if (*at_ != ',') return unexpected("',' or '}' after the value");
      ++at_;
      skip_space();
      if (at_ == end_) return inside("object", opening);
    }
  }

  bool string() {
    const char* opening = at_++;
    for (;;) {
      if (at_ == end_) return fail(opening, "the string is not closed");
      auto byte = static_cast<unsigned char>(*at_);
      if (byte == '"') return ++at_, true;
      if (byte == '\\') {
        if (!escape(opening)) return false;
      } else if (byte < 0x20) {
        return fail(at_, "the byte 0x%02X must be escaped in a string", unsigned{byte});
      } else if (int length = utf8::sequence_length(at_, end_); length != 0) {
        at_ += length;
      } else {
        return fail(at_, "invalid UTF-8");
      }
    }
  }

  bool escape(const char* opening) {
    const char* backslash = at_++;
    if (at_ == end_) return fail(opening, "the string is not closed");
    char kind = *at_;
    if (kind != 'u') {
      if (kind == '\0' || std::strchr("\"\\/bfnrt", kind) == nullptr) {
        return fail(backslash, "unknown escape, JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
      }
      ++at_;
      return true;
    }
    ++at_;
    unsigned unit = 0;
    if (!hex(backslash, unit)) return false;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    bool paired = false;
    if (unit < 0xDC00 && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u') {
      const char* second = at_;
      at_ += 2;
      unsigned low = 0;
      if (!hex(second, low)) return false;
      paired = low >= 0xDC00 && low <= 0xDFFF;
    }
    return paired || fail(backslash, "half a surrogate pair, \\u%04X", unit);
  }

  bool hex(const char* backslash, unsigned& unit) {
    const char* stop = end_ - at_ < 4 ? end_ : at_ + 4;
    auto [rest, error] = std::from_chars(at_, stop, unit, 16);
    if (error != std::errc() || rest != at_ + 4) return fail(backslash, "\\u needs four hexadecimal digits");
    at_ = rest;
    return true;
  }

  bool number() {
    const char* start = at_;
    if (*at_ == '-') ++at_;
    if (!is_digit(peek())) return unexpected("a digit after '-'");
    if (*at_ == '0' && at_ + 1 != end_ && is_digit(at_[1])) return fail(at_, "a number does not begin with 0");
    const char* first = at_;
    while (is_digit(peek())) ++at_;
    const char* point = at_;
    bool integer = true;
    if (peek() == '.') {
      integer = false;
      ++at_;
      if (!is_digit(peek())) return unexpected("a digit after '.'");
      while (is_digit(peek())) ++at_;
    }
    const char* mantissa_end = at_;
    std::int64_t exponent = 0;
    if (peek() == 'e' || peek() == 'E') {
      integer = false;
      ++at_;
      bool negative = peek() == '-';
      if (peek() == '+' || peek() == '-') ++at_;
      if (!is_digit(peek())) return unexpected("a digit in the exponent");
      for (; is_digit(peek()); ++at_) {
        if (exponent < 100'000'000) exponent = exponent * 10 + (*at_ - '0');
      }
      if (negative) exponent = -exponent;
    }
    if (is_word(peek()) || peek() == '.') return unexpected("the end of the number");
    if (integer && needs_float(start)) to_floats_.push_back(size_t(at_ - begin_));
    double parsed = 0;
    if (std::from_chars(start, at_, parsed).ec != std::errc::result_out_of_range) return true;
    // Out of range both ways: what is too small reads as 0.
    const char* lead = first;
    while (lead != mantissa_end && (*lead == '0' || *lead == '.')) ++lead;
    return exponent + (point - lead) < 0 || fail(start, "the number is beyond the range of a float");
  }

  bool needs_float(const char* start) const {
    std::int64_t integer = 0;
    if (std::from_chars(start, at_, integer).ec == std::errc()) return integer == 0 && *start == '-';
    std::uint64_t natural = 0;
    return *start == '-' || std::from_chars(start, at_, natural).ec != std::errc();
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  Fault& fault_;
  std::vector<std::size_t>& to_floats_;
};

}  // namespace

Place place_of(std::string_view text, std::size_t offset) {
  Place place;
  for (char c : text.substr(0, offset)) {
    ++place.column;
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    }
  }
  return place;
}

bool may_have_negative_zero(std::string_view text) {
  const char* end = text.data() + text.size();
  const char* at = text.data();
  while ((at = static_cast<const char*>(std::memchr(at, '-', size_t(end - at)))) != nullptr) {
    ++at;
    if (at == end || *at != '0') continue;
    if (at + 1 == end || (at[1] != '.' && at[1] != 'e' && at[1] != 'E' && !is_digit(at[1]))) return true;
  }
  return false;
}

bool scan(std::string_view text, Fault& fault, std::vector<std::size_t>& to_floats) {
  return Scanner(text, fault, to_floats).text();
}

}  // namespace arun::json
