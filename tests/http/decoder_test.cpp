// Content codings come off, wherever the body is cut and however little room there is.
#include "http/compress.h"
#include "http/decoded.h"
#include "unit.h"

using arun::http::DecoderLimits;
using namespace arun::http::test;

namespace {

std::string sample() {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "line " + std::to_string(i * i) + " of a text that repeats itself\n";
  return text;
}

void check(std::string_view encoding, const std::string& body, const Decoded& expected) {
  Decoded at_once = decode(encoding, body, body.size(), 1, 100'000);
  CHECK(at_once == expected);
  for (std::size_t room : {1, 7, 4096}) {
    INFO("byte by byte into " << room);
    CHECK(decode(encoding, body, 1, 1, room) == expected);
  }
  for (std::size_t first = 0; first < body.size(); ++first) {
    Decoded in_two = decode(encoding, body, first, body.size(), 1000);
    INFO("cut after " << first);
    if (in_two != expected) CHECK(in_two == expected);
  }
}

}  // namespace

TEST_CASE("each coding") {
  std::string text = sample();
  check("gzip", zlib_compress(text, Zlib::gzip), {text, ""});
  check("X-GZip", zlib_compress(text, Zlib::gzip), {text, ""});
  check("deflate", zlib_compress(text, Zlib::zlib), {text, ""});
  check("deflate", zlib_compress(text, Zlib::raw), {text, ""});
  check("br", brotli_compress(text), {text, ""});
  check("zstd", zstd_compress(text), {text, ""});
  check("identity", text, {text, ""});
  check("", text, {text, ""});
}

TEST_CASE("nothing, encoded or not at all") {
  check("gzip", zlib_compress("", Zlib::gzip), {"", ""});
  check("deflate", zlib_compress("", Zlib::raw), {"", ""});
  check("br", brotli_compress(""), {"", ""});
  check("zstd", zstd_compress(""), {"", ""});
  for (const char* encoding : {"gzip", "deflate", "br", "zstd", "gzip, br"})
    CHECK(decode(encoding, "", 0, 1, 10) == Decoded{});
}

TEST_CASE("codings on top of each other") {
  std::string text = sample();
  check("gzip, br", brotli_compress(zlib_compress(text, Zlib::gzip)), {text, ""});
  check(" deflate ,identity,, zstd", zstd_compress(zlib_compress(text, Zlib::zlib)), {text, ""});
  check(
      "gzip,gzip,gzip,gzip",
      zlib_compress(zlib_compress(zlib_compress(zlib_compress(text, Zlib::gzip), Zlib::gzip), Zlib::gzip), Zlib::gzip),
      {text, ""});
}

TEST_CASE("several members of gzip, several frames of zstd") {
  std::string first = sample();
  std::string second = "and the rest";
  check("gzip", zlib_compress(first, Zlib::gzip) + zlib_compress("", Zlib::gzip) + zlib_compress(second, Zlib::gzip),
        {first + second, ""});
  std::string skippable("\x53\x2A\x4D\x18\x03\x00\x00\x00xyz", 11);
  check("zstd", skippable + zstd_compress(first) + skippable + zstd_compress(second) + skippable, {first + second, ""});
}

TEST_CASE("what follows the data is passed over") {
  std::string text = sample();
  for (const std::string& garbage :
       {std::string(20, '\0'), std::string("\x1f"), std::string("\x1f\x8c..."), std::string("more")}) {
    check("gzip", zlib_compress(text, Zlib::gzip) + garbage, {text, ""});
    check("deflate", zlib_compress(text, Zlib::zlib) + garbage, {text, ""});
    check("br", brotli_compress(text) + garbage, {text, ""});
    check("zstd", zstd_compress(text) + garbage, {text, ""});
  }
}

TEST_CASE("data that ends too early") {
  std::string text = sample();
  struct {
    const char* encoding;
    std::string body;
  } const cases[] = {{"gzip", zlib_compress(text, Zlib::gzip)},
                     {"deflate", zlib_compress(text, Zlib::zlib)},
                     {"deflate", zlib_compress(text, Zlib::raw)},
                     {"br", brotli_compress(text)},
                     {"zstd", zstd_compress(text)}};
  for (const auto& [encoding, body] : cases) {
    for (std::size_t size = 1; size < body.size(); ++size) {
      Decoded decoded = decode(encoding, std::string_view(body).substr(0, size), size, 1, 1000);
      INFO(encoding << ", " << size << " of " << body.size());
      CHECK(decoded.fault == "the " + std::string(encoding) + " data ends too early");
      CHECK(text.starts_with(decoded.text));
    }
  }
  check("gzip", zlib_compress(text, Zlib::gzip) + "\x1f\x8b", {text, "the gzip data ends too early"});
  check("gzip, br", brotli_compress(zlib_compress("x", Zlib::gzip).substr(0, 12)),
        {"x", "the gzip data ends too early"});
}

TEST_CASE("damaged data") {
  auto fault = [](const char* encoding, const std::string& body) { return decode(encoding, body, 1, 1, 10).fault; };
  CHECK(fault("gzip", "<html>") == "the gzip data is damaged: incorrect header check");
  CHECK(fault("zstd", "<html>") == "the zstd data is damaged: Unknown frame descriptor");
  CHECK_THAT(fault("br", "<html>"), Catch::StartsWith("the br data is damaged: "));
  CHECK_THAT(fault("deflate", "<html>"), Catch::StartsWith("the deflate data is damaged: "));
  std::string body = zlib_compress("hello", Zlib::gzip);
  body[body.size() - 8] ^= 1;
  CHECK(fault("gzip", body) == "the gzip data is damaged: incorrect data check");
  // A stream that needs a dictionary.
  CHECK(fault("deflate", std::string("\x78\xBB\x00\x00\x00\x01\x00", 7)) ==
        "the deflate data is damaged: it needs a dictionary");
}

TEST_CASE("a window beyond what content codings may ask for") {
  // The header of a frame of a window of 16 MiB.
  std::string body("\x28\xB5\x2F\xFD\x00\x70", 6);
  CHECK(decode("zstd", body, 6, 1, 10).fault ==
        "the zstd data is damaged: Frame requires too much memory for decoding");
}

TEST_CASE("codings that are not known, or too many") {
  CHECK(decode("compress", "x", 1, 1, 10).fault == "Content-Encoding \"compress\" is not supported");
  CHECK(decode("gzip, g\x01", "x", 1, 1, 10).fault == "Content-Encoding \"g\\x01\" is not supported");
  CHECK(decode("br,br,br,br,br", "x", 1, 1, 10).fault == "more than 4 content codings");
}

TEST_CASE("bombs") {
  DecoderLimits limits{.bytes = 1'000'000, .ratio = 100, .ratio_from = 100'000};
  std::string zeros(2'000'000, '\0');
  CHECK(decode("gzip", zlib_compress(zeros, Zlib::gzip), 100'000, 1, 1000, limits).fault ==
        "the gzip data expands to more than 100 times its size");
  CHECK(decode("br", brotli_compress(zeros), 100'000, 1, 1000, limits).fault ==
        "the br data expands to more than 100 times its size");
  limits.ratio = 1'000'000;
  CHECK(decode("zstd", zstd_compress(zeros), 100'000, 1, 1000, limits).fault ==
        "the zstd data expands to more than 1000000 bytes");
}

TEST_CASE("a bomb between two codings") {
  // Many empty members: nothing comes out at the end, and yet they take their time.
  std::string members;
  for (int i = 0; i < 50'000; ++i) members += zlib_compress("", Zlib::gzip);
  DecoderLimits limits{.ratio = 100, .ratio_from = 100'000};
  CHECK(decode("gzip, zstd", zstd_compress(members), 100'000, 1, 1000, limits).fault ==
        "the zstd data expands to more than 100 times its size");
}
