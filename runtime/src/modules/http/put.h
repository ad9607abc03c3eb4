// Writing text one piece after the other into memory that has room for it.
#pragma once

#include <cstring>
#include <string_view>

namespace arun::http {

inline char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

}  // namespace arun::http
