#include "modules/json/scalars.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include <simdjson.h>

namespace arun::json {
namespace {

// The longest: 17 digits of a float and its sign, point and exponent, or with up to 5 zeros after the point.
constexpr std::size_t kLongestNumber = 32;

// Strings are written in pieces, so that room for the worst case, six bytes for each, stays small.
constexpr std::size_t kPiece = 4096;

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

// The high bit of each byte that is `wanted`, and perhaps of bytes above the lowest such one.
constexpr std::uint64_t bytes_equal(std::uint64_t word, unsigned char wanted) {
  std::uint64_t zeroed = word ^ (kOnes * wanted);
  return (zeroed - kOnes) & ~zeroed & kHighs;
}

constexpr std::uint64_t bytes_below_space(std::uint64_t word) {
  return (word - kOnes * 0x20) & ~word & kHighs;
}

char* write_escape(char* to, unsigned char byte) {
  constexpr char kHex[] = "0123456789abcdef";
  *to++ = '\\';
  switch (byte) {
    case '\b':
      *to++ = 'b';
      break;
    case '\f':
      *to++ = 'f';
      break;
    case '\n':
      *to++ = 'n';
      break;
    case '\r':
      *to++ = 'r';
      break;
    case '\t':
      *to++ = 't';
      break;
    case '"':
    case '\\':
      *to++ = static_cast<char>(byte);
      break;
    default:
      *to++ = 'u';
      *to++ = '0';
      *to++ = '0';
      *to++ = kHex[byte >> 4];
      *to++ = kHex[byte & 15];
  }
  return to;
}

// Copies up to the first byte that needs an escape, eight at a time; `high` collects whether any byte is beyond ASCII.
// Writes up to 8 bytes more than it advances.
void copy_plain(const char*& from, const char* end, char*& to, std::uint64_t& high) {
  if constexpr (std::endian::native == std::endian::little) {
    while (end - from >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, from, 8);
      std::memcpy(to, &word, 8);
      high |= word;
      std::uint64_t special = bytes_equal(word, '"') | bytes_equal(word, '\\') | bytes_below_space(word);
      if (special != 0) {
        int plain = std::countr_zero(special) / 8;
        from += plain;
        to += plain;
        return;
      }
      from += 8;
      to += 8;
    }
  }
  for (; from != end; ++from) {
    auto byte = static_cast<unsigned char>(*from);
    if (byte < 0x20 || byte == '"' || byte == '\\') return;
    high |= byte;
    *to++ = *from;
  }
}

}  // namespace

void write_integer(lua_State* L, Buffer& out, lua_Integer integer) {
  out.reserve(L, kLongestNumber);
  out.at = std::to_chars(out.at, out.end, integer).ptr;
}

void write_float(lua_State* L, Buffer& out, lua_Number number) {
  out.reserve(L, kLongestNumber);
  lua_Number size = std::fabs(number);
  if (size != 0 && (size < 1e-5 || size >= 1e16)) {
    out.at = std::to_chars(out.at, out.end, number, std::chars_format::scientific).ptr;
    return;
  }
  out.at = std::to_chars(out.at, out.end, number, std::chars_format::fixed).ptr;
  if (std::trunc(number) == number) {
    *out.at++ = '.';
    *out.at++ = '0';
  }
}

bool write_string(lua_State* L, Buffer& out, const char* text, std::size_t length) {
  const char* from = text;
  const char* end = text + length;
  std::uint64_t high = 0;
  out.put(L, '"');
  while (from != end) {
    const char* piece_end = from + std::min(kPiece, static_cast<std::size_t>(end - from));
    out.reserve(L, static_cast<std::size_t>(piece_end - from) * 6 + 8);
    for (;;) {
      copy_plain(from, piece_end, out.at, high);
      if (from == piece_end) break;
      out.at = write_escape(out.at, static_cast<unsigned char>(*from++));
    }
  }
  out.put(L, '"');
  return (high & kHighs) == 0 || simdjson::validate_utf8(text, length);
}

}  // namespace arun::json
