#include "modules/http/percent.h"

namespace arun::http {
namespace {

void put_escape(Output& out, char c) {
  auto byte = static_cast<unsigned char>(c);
  out.put('%');
  out.put(kHexDigits[byte >> 4]);
  out.put(kHexDigits[byte & 15]);
}

// Whether an encoded byte stands there.
bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '%' && is(text[at + 1], kHex) && is(text[at + 2], kHex);
}

char escaped(std::string_view text, std::size_t at) {
  return static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
}

}  // namespace

void put_url_text(Output& out, std::string_view text, CharClass allowed, Escapes escapes) {
  if (are_all(text, allowed)) return out.put(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is(text[at], allowed)) {
      out.put(text[at]);
    } else if (!is_escape(text, at)) {
      put_escape(out, text[at]);
    } else {
      char c = escaped(text, at);
      if (escapes == Escapes::kept) {
        out.put(text.substr(at, kEncodedSize));
      } else if (is(c, kUnreserved)) {
        out.put(c);
      } else {
        put_escape(out, c);
      }
      at += kEncodedSize - 1;
    }
  }
}

void put_component(Output& out, std::string_view text) {
  for (char c : text) {
    if (is(c, kUnreserved)) {
      out.put(c);
    } else {
      put_escape(out, c);
    }
  }
}

void put_form_text(Output& out, std::string_view text) {
  for (char c : text) {
    if (c == ' ') {
      out.put('+');
    } else if (c == '*' || (c != '~' && is(c, kUnreserved))) {
      out.put(c);
    } else {
      put_escape(out, c);
    }
  }
}

char* decode(std::string_view text, Plus plus, char* out) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_escape(text, at)) {
      *out++ = escaped(text, at);
      at += kEncodedSize - 1;
    } else {
      *out++ = text[at] == '+' && plus == Plus::space ? ' ' : text[at];
    }
  }
  return out;
}

}  // namespace arun::http
