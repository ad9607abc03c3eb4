#include "modules/http/utf8_text.h"

#include <cstdint>
#include <cstring>

#include "text/utf8.h"

namespace arun::http {

std::size_t valid_utf8(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    std::uint64_t eight = 0;
    if (end - at >= 8) {
      std::memcpy(&eight, at, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        at += 8;
        continue;
      }
    }
    int length = utf8::sequence_length(at, end);
    if (length == 0) break;
    at += length;
  }
  return static_cast<std::size_t>(at - text.data());
}

void append_repaired(std::string_view text, std::string& out) {
  for (;;) {
    std::size_t valid = valid_utf8(text);
    out.append(text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) return;
    out.append(kReplacement);
    text.remove_prefix(static_cast<std::size_t>(utf8::sequence(text.data(), text.data() + text.size()).length));
  }
}

}  // namespace arun::http
