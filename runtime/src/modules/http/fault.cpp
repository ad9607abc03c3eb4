#include "modules/http/fault.h"

#include <cstdio>

#include "modules/http/chars.h"

namespace arun::http {

bool Fault::set(int answer, const char* format, ...) {
  if (*this) return false;
  status = answer;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  return false;
}

const char* Fault::code() const {
  if (given_code != nullptr) return given_code;
  if (status == 414 || status == 431) return "TOO_LARGE";
  return status == 500 ? "OUT_OF_MEMORY" : "MALFORMED";
}

bool Fault::as(const char* code) {
  if (given_code == nullptr) given_code = code;
  return false;
}

Excerpt::Excerpt(std::string_view text) {
  char* at = shown_.data();
  *at++ = '"';
  for (char c : text.substr(0, kLongest)) {
    if (c >= ' ' && c < 0x7F) {
      *at++ = c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    *at++ = '\\';
    *at++ = 'x';
    *at++ = kHexDigits[byte >> 4];
    *at++ = kHexDigits[byte & 15];
  }
  if (text.size() > kLongest) {
    for (int dots = 0; dots < 3; ++dots) *at++ = '.';
  }
  *at++ = '"';
  *at = '\0';
}

}  // namespace arun::http
