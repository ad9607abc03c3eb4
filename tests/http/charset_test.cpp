// Text in UTF-8, whatever it came in.
#include "modules/http/charset.h"

#include <string>

#include "unit.h"

using arun::http::Conversion;

namespace {

std::string convert(std::string_view bytes, std::string_view charset) {
  std::string converted = "left over";
  std::string_view text;
  switch (arun::http::to_utf8(bytes, charset, converted, text)) {
    case Conversion::done:
      return std::string(text);
    case Conversion::unknown_charset:
      return "<unknown>";
    case Conversion::no_memory:
      break;
  }
  return "<no memory>";
}

const std::string kBad = "\uFFFD";

}  // namespace

TEST_CASE("UTF-8 that is valid is not copied") {
  std::string bytes = "plain text, and some \u00E4\u20AC\U0001F600 too";
  std::string converted;
  std::string_view text;
  for (const char* charset : {"utf-8", "UTF8", ""}) {
    CHECK(arun::http::to_utf8(bytes, charset, converted, text) == Conversion::done);
    CHECK(text.data() == bytes.data());
    CHECK(text == bytes);
  }
  CHECK(convert("", "utf-8").empty());
}

TEST_CASE("each part of UTF-8 that is none becomes one replacement character") {
  CHECK(convert("a\xFF"
                "b",
                "utf-8") == "a" + kBad + "b");
  CHECK(convert("\x80\xBF", "utf-8") == kBad + kBad);
  CHECK(convert("\xE2\x82", "utf-8") == kBad);         // cut off by the end
  CHECK(convert("\xE2\x82x", "utf-8") == kBad + "x");  // by another character
  CHECK(convert("\xF0\x9F\x98", "utf-8") == kBad);
  CHECK(convert("\xC0\x80", "utf-8") == kBad + kBad);  // overlong
  CHECK(convert("\xE0\x80\x80", "utf-8") == kBad + kBad + kBad);
  CHECK(convert("\xED\xA0\x80", "utf-8") == kBad + kBad + kBad);  // a surrogate
  CHECK(convert("\xF4\x90\x80\x80", "utf-8") == kBad + kBad + kBad + kBad);
  CHECK(convert("12345678\xFF"
                "12345678\xC3",
                "") == "12345678" + kBad + "12345678" + kBad);
}

TEST_CASE("a byte order mark tells the encoding, and is left out") {
  CHECK(convert("\xEF\xBB\xBFx\u00E4", "iso-8859-1") == "x\u00E4");
  CHECK(convert(std::string("\xFF\xFEx\0\xE4\0", 6), "utf-8") == "x\u00E4");
  CHECK(convert(std::string("\xFE\xFF\0x\0\xE4", 6), "") == "x\u00E4");
  CHECK(convert("\xEF\xBB\xBF\xEF\xBB\xBF", "utf-8") == "\uFEFF");
}

TEST_CASE("labels mean what browsers take them for") {
  CHECK(convert("\x80 \xE4", "ISO-8859-1") == "\u20AC \u00E4");  // windows-1252
  CHECK(convert("\x80", "us-ascii") == "\u20AC");
  CHECK(convert("\xFD", "latin5") == "\u0131");
  CHECK(convert("\x88\x9F\x87\x40", "Shift_JIS") == "\u4E9C\u2460");
  CHECK(convert("\xB0\xA1\x81\x41", "euc-kr") == "\uAC00\uAC02");
  CHECK(convert("\xC4\xE3\x81\x30\x81\x30", "gb2312") == "\u4F60\u0080");
  CHECK(convert("\xA4\xA4", "Big5") == "\u4E2D");
  CHECK(convert(std::string("x\0\xE4\0", 4), "utf-16") == "x\u00E4");
}

TEST_CASE("encodings by the names that iconv has") {
  CHECK(convert("\xCF\xF0\xE8", "windows-1251") == "\u041F\u0440\u0438");
  CHECK(convert("\xF0\xD2\xC9", "KOI8-R") == "\u041F\u0440\u0438");
  CHECK(convert("\xA4\xA2", "EUC-JP") == "\u3042");
  CHECK(convert("\x1B$B$\"\x1B(B!", "iso-2022-jp") == "\u3042!");
  CHECK(convert("\xA4", "iso-8859-15") == "\u20AC");
}

TEST_CASE("bytes that are not valid in the encoding") {
  CHECK(convert("a\x81", "windows-1252") == "a" + kBad);
  CHECK(convert("\x88", "shift_jis") == kBad);  // half a character
  CHECK(convert(std::string("\x00\xD8x\0", 4), "utf-16le") == kBad + "x");
  CHECK(convert("x", "utf-16le") == kBad);
}

TEST_CASE("texts longer than a buffer") {
  std::string bytes(10'000, '\xE4');
  std::string expected;
  for (int i = 0; i < 10'000; ++i) expected += "\u00E4";
  CHECK(convert(bytes, "latin1") == expected);
}

TEST_CASE("charsets that nobody knows") {
  for (const char* charset : {"nonsense", "utf-8//IGNORE", "latin1//TRANSLIT", "a b", "x\n", "../../etc/passwd",
                              "a-name-that-is-longer-than-any-charset-name-there-is"}) {
    CHECK(convert("x", charset) == "<unknown>");
  }
}
