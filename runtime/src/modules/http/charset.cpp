#include "modules/http/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>

#include "modules/http/chars.h"
#include "modules/http/utf8_text.h"

namespace arun::http {
namespace {

constexpr std::string_view kUtf8 = "UTF-8";
constexpr std::string_view kUtf16 = "UTF-16LE";
constexpr std::string_view kUtf16BigEndian = "UTF-16BE";

struct Label {
  std::string_view label;
  std::string_view name;  // for iconv
};

// Labels that browsers take for more than they say, or that iconv does not know (WHATWG Encoding). iconv knows the
// rest.
constexpr Label kLabels[] = {
    {"ansi_x3.4-1968", "CP1252"},
    {"ascii", "CP1252"},
    {"big5", "BIG5-HKSCS"},
    {"big5-hkscs", "BIG5-HKSCS"},
    {"cn-big5", "BIG5-HKSCS"},
    {"cp1252", "CP1252"},
    {"cp819", "CP1252"},
    {"dos-874", "CP874"},
    {"euc-kr", "UHC"},
    {"gb2312", "GB18030"},
    {"gb_2312-80", "GB18030"},
    {"gbk", "GB18030"},
    {"ibm819", "CP1252"},
    {"iso-8859-1", "CP1252"},
    {"iso-8859-11", "CP874"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "CP1254"},
    {"iso8859-1", "CP1252"},
    {"iso8859-9", "CP1254"},
    {"iso_8859-1", "CP1252"},
    {"korean", "UHC"},
    {"ks_c_5601-1987", "UHC"},
    {"l1", "CP1252"},
    {"latin1", "CP1252"},
    {"latin5", "CP1254"},
    {"macintosh", "MACINTOSH"},
    {"ms932", "CP932"},
    {"ms_kanji", "CP932"},
    {"shift-jis", "CP932"},
    {"shift_jis", "CP932"},
    {"sjis", "CP932"},
    {"tis-620", "CP874"},
    {"unicode", kUtf16},
    {"unicode-1-1-utf-8", kUtf8},
    {"us-ascii", "CP1252"},
    {"utf-16", kUtf16},
    {"utf-16be", kUtf16BigEndian},
    {"utf-16le", kUtf16},
    {"utf-8", kUtf8},
    {"utf8", kUtf8},
    {"windows-31j", "CP932"},
    {"windows-949", "UHC"},
    {"x-cp1252", "CP1252"},
    {"x-euc-jp", "EUC-JP"},
    {"x-gbk", "GB18030"},
    {"x-mac-cyrillic", "MAC-CYRILLIC"},
    {"x-mac-roman", "MACINTOSH"},
    {"x-sjis", "CP932"},
    {"x-x-big5", "BIG5-HKSCS"},
};

using Name = std::array<char, 40>;  // of an encoding, with a NUL after it

// The encoding of this label; empty for what is no label.
Name name_of(std::string_view label) {
  Name name{};
  if (label.empty()) label = kUtf8;
  const auto* known = std::find_if(std::begin(kLabels), std::end(kLabels),
                                   [&](const Label& entry) { return equal_ignoring_case(entry.label, label); });
  if (known != std::end(kLabels)) label = known->name;
  // iconv also takes "" for the locale's encoding, and options after slashes.
  auto is_name_char = [](char c) { return is(lower(c), kHost) || c == ':' || c == '+'; };
  bool is_name = label.size() < name.size() && std::all_of(label.begin(), label.end(), is_name_char);
  if (is_name) std::copy(label.begin(), label.end(), name.begin());
  return name;
}

// The encoding that a byte order mark tells, which is then taken off.
std::string_view take_mark(std::string_view& bytes) {
  constexpr Label kMarks[] = {{"\xEF\xBB\xBF", kUtf8}, {"\xFF\xFE", kUtf16}, {"\xFE\xFF", kUtf16BigEndian}};
  for (const auto& [mark, name] : kMarks) {
    if (!bytes.starts_with(mark)) continue;
    bytes.remove_prefix(mark.size());
    return name;
  }
  return {};
}

class Converter {
 public:
  explicit Converter(const char* from) : descriptor_(iconv_open(kUtf8.data(), from)) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (good()) iconv_close(descriptor_);
  }

  bool good() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }

  // Appends what the bytes are in UTF-8; `unit`: how many to pass over where they are wrong.
  void run(std::string_view bytes, std::size_t unit, std::string& out) {
    char* in = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0) {
      int error = step(&in, &left, out);
      if (error == 0 || error == E2BIG) continue;
      out.append(kReplacement);
      if (error != EILSEQ) break;  // a character that the end cuts off
      std::size_t passed = std::min(unit, left);
      in += passed;
      left -= passed;
    }
    step(nullptr, nullptr, out);
  }

 private:
  int step(char** in, std::size_t* left, std::string& out) {
    std::array<char, 4096> buffer;
    char* at = buffer.data();
    std::size_t room = buffer.size();
    errno = 0;
    bool failed = iconv(descriptor_, in, left, &at, &room) == static_cast<std::size_t>(-1);
    int error = failed ? errno : 0;
    out.append(buffer.data(), at);
    return error;
  }

  iconv_t descriptor_;
};

bool convert(std::string_view bytes, std::string_view charset, std::string& converted, std::string_view& text) {
  std::string_view marked = take_mark(bytes);
  Name name = name_of(marked.empty() ? charset : marked);
  if (name.data() == kUtf8 && valid_utf8(bytes) == bytes.size()) {
    text = bytes;
    return true;
  }
  converted.clear();
  if (name.data() == kUtf8) {
    append_repaired(bytes, converted);
  } else {
    if (name[0] == '\0') return false;
    Converter converter(name.data());
    if (!converter.good()) return false;
    converter.run(bytes, name.data() == kUtf16 || name.data() == kUtf16BigEndian ? 2 : 1, converted);
  }
  text = converted;
  return true;
}

}  // namespace

Conversion to_utf8(std::string_view bytes, std::string_view charset, std::string& converted,
                   std::string_view& text) noexcept {
  try {
    return convert(bytes, charset, converted, text) ? Conversion::done : Conversion::unknown_charset;
  } catch (const std::bad_alloc&) {
    return Conversion::no_memory;
  }
}

}  // namespace arun::http
