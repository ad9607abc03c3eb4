#include "fuzz/http_parser.h"

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  arun::fuzz::check_stream<true>(data, size);
  return 0;
}
