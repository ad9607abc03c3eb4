// Which bytes may stand where, in HTTP and in URLs. Bytes, not characters: no locale.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace arun::http {

enum CharClass : std::uint8_t {
  kToken = 1,       // names of methods and fields (RFC 9110, 5.6.2)
  kFieldText = 2,   // what a field's value is made of: visible characters, spaces, tabs, bytes above 127
  kUnreserved = 4,  // never percent-encoded (RFC 3986, 2.3)
  kUserinfo = 8,
  kPath = 16,
  kQuery = 32,  // and fragment
  kHex = 64,
  kHost = 128,  // of a name that DNS could look up, in lower case
};

namespace detail {

constexpr bool is_alphanumeric(unsigned c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_one_of(unsigned c, std::string_view set) {
  return set.find(static_cast<char>(c)) != std::string_view::npos;
}

constexpr std::uint8_t classes_of(unsigned c) {
  bool alphanumeric = is_alphanumeric(c);
  bool unreserved = alphanumeric || is_one_of(c, "-._~");
  bool plain = unreserved || is_one_of(c, "!$&'()*+,;=");
  unsigned classes = 0;
  if (alphanumeric || is_one_of(c, "!#$%&'*+-.^_`|~")) classes |= kToken;
  if ((c >= ' ' && c != 0x7F) || c == '\t') classes |= kFieldText;
  if (unreserved) classes |= kUnreserved;
  if (plain || c == ':') classes |= kUserinfo;
  if (plain || is_one_of(c, ":@/")) classes |= kPath;
  if (plain || is_one_of(c, ":@/?")) classes |= kQuery;
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) classes |= kHex;
  if ((alphanumeric && !(c >= 'A' && c <= 'Z')) || is_one_of(c, "-._")) classes |= kHost;
  return static_cast<std::uint8_t>(classes);
}

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c) table[c] = classes_of(c);
  return table;
}

inline constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

}  // namespace detail

constexpr bool is(char c, CharClass wanted) {
  return (detail::kClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

constexpr bool are_all(std::string_view text, CharClass wanted) {
  unsigned common = wanted;
  for (char c : text) common &= detail::kClasses[static_cast<unsigned char>(c)];
  return common != 0;
}

constexpr bool is_token(std::string_view text) {
  return !text.empty() && are_all(text, kToken);
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// The value of a hexadecimal digit.
constexpr int hex_value(char c) {
  return is_digit(c) ? c - '0' : lower(c) - 'a' + 10;
}

inline constexpr char kHexDigits[] = "0123456789ABCDEF";

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// Without spaces and tabs around it.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace arun::http
