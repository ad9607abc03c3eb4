// The other direction of the content decoders: the reference implementations.
#pragma once

#include <string>
#include <string_view>

namespace arun::http::test {

enum class Zlib { gzip, zlib, raw };

std::string zlib_compress(std::string_view text, Zlib format);
std::string brotli_compress(std::string_view text);
std::string zstd_compress(std::string_view text);

}  // namespace arun::http::test
