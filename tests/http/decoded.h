// What the content decoder makes of a body, however it arrives and however much room there is for what comes out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "modules/http/content_decoder.h"

namespace arun::http::test {

struct Decoded {
  std::string text;
  std::string fault;
  bool operator==(const Decoded&) const = default;

  friend std::ostream& operator<<(std::ostream& out, const Decoded& decoded) {
    return out << decoded.text.size() << " bytes; " << decoded.fault;
  }
};

// The body in reads of so many bytes (the first one: `first`), decoded into a buffer of `room` bytes.
inline Decoded decode(std::string_view encoding, std::string_view body, std::size_t first, std::size_t size,
                      std::size_t room, const DecoderLimits& limits = {}) {
  Fault fault;
  auto decoder = ContentDecoder::make(encoding, limits, fault);
  if (fault) return {"", fault.message()};
  if (!decoder) return {std::string(body), ""};
  Decoded result;
  std::vector<char> buffer(room);
  std::size_t next = first;
  for (;;) {
    // A copy of just this size, so that a sanitizer sees every step beyond it.
    std::size_t taken = std::min(next, body.size());
    std::vector<char> piece(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(taken));
    body.remove_prefix(taken);
    next = size;
    std::string_view in(piece.data(), piece.size());
    for (;;) {
      Room out{buffer.data(), buffer.data() + buffer.size()};
      auto status = decoder->decode(in, body.empty(), out);
      result.text.append(buffer.data(), out.at);
      if (status == ContentDecoder::Status::fault) {
        result.fault = decoder->fault().message();
        return result;
      }
      if (status == ContentDecoder::Status::complete) return result;
      if (status == ContentDecoder::Status::needs_input) break;
    }
  }
}

}  // namespace arun::http::test
