// Whatever the bytes, the decoder makes the same of them wherever they are cut and however little room there is.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/fail.h"
#include "http/decoded.h"

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arun;
  constexpr const char* kEncodings[] = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, deflate", "br, zstd, gzip"};
  if (size < 3) return 0;
  const char* encoding = kEncodings[data[0] % std::size(kEncodings)];
  std::string_view body(reinterpret_cast<const char*>(data + 3), size - 3);
  http::DecoderLimits limits{.bytes = 1 << 20, .ratio = 1000, .ratio_from = 1 << 16};
  auto at_once = http::test::decode(encoding, body, body.size(), 1, 4096, limits);
  auto in_pieces = http::test::decode(encoding, body, data[1], 1 + data[1] % 16, 1 + data[2], limits);
  // How much comes out before a fault is found may differ, and what the library calls it.
  bool same = at_once.fault.empty() ? at_once == in_pieces : !in_pieces.fault.empty();
  bool same_start = at_once.text.starts_with(in_pieces.text) || in_pieces.text.starts_with(at_once.text);
  if (!same || !same_start) fuzz::fail("decoded to another thing when cut", at_once.fault, in_pieces.fault);
  return 0;
}
