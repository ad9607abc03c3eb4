// URLs: taken apart, resolved against each other (RFC 3986), and put together in normal form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "modules/http/fault.h"
#include "modules/http/output.h"
#include "modules/http/percent.h"

namespace arun::http {

// The parts of a URL as they were given: not checked, and encoded or not.
struct UrlParts {
  using Part = std::optional<std::string_view>;
  Part scheme;
  Part userinfo;
  Part host;  // what makes an authority; an IPv6 address has its brackets
  Part port;
  std::string_view directory;  // of another path, in front of `path`
  std::string_view path;
  Part query;
  Part fragment;
};

// A URL in normal form: one text, and where its parts are. The scheme is in lower case, as is the host; a default port
// is left out; what cannot stand in a URL is percent-encoded; paths have no dot segments.
class Url {
 public:
  struct Range {
    std::uint32_t begin = 0;  // 0: the part is absent
    std::uint32_t end = 0;
    bool operator==(const Range&) const = default;
  };
  struct Layout {
    std::uint32_t scheme_end = 0;
    Range userinfo;
    Range host;  // without brackets
    Range port_text;
    Range path;
    Range query;
    Range fragment;
    std::uint16_t port = 0;  // also when it is the scheme's own; 0: none
    bool operator==(const Layout&) const = default;
  };

  Url() = default;
  Url(std::string_view text, const Layout& layout) : text_(text), at_(layout) {}

  std::string_view text() const { return text_; }
  const Layout& layout() const { return at_; }
  std::string_view scheme() const { return text_.substr(0, at_.scheme_end); }
  std::optional<std::string_view> userinfo() const { return part(at_.userinfo); }
  std::optional<std::string_view> host() const { return part(at_.host); }
  std::uint16_t port() const { return at_.port; }
  std::string_view path() const { return slice(at_.path); }
  std::optional<std::string_view> query() const { return part(at_.query); }
  std::optional<std::string_view> fragment() const { return part(at_.fragment); }
  // Host and port as in a Host field: with brackets, without a default port.
  std::optional<std::string_view> authority() const;
  // Path and query, as in a request line.
  std::string_view target() const;

  // As parts to make another URL of.
  UrlParts parts() const;

 private:
  std::string_view slice(Range range) const { return text_.substr(range.begin, range.end - range.begin); }
  std::optional<std::string_view> part(Range range) const {
    return range.begin == 0 ? std::nullopt : std::optional(slice(range));
  }

  std::string_view text_;
  Layout at_;
};

// Takes a URL or a reference apart. Refuses spaces around it, control characters, and what readers take differently.
bool split(std::string_view text, UrlParts& parts, Fault& fault);

// What `reference` means where `base` is the URL of the document (RFC 3986, 5.2).
UrlParts resolve(const Url& base, const UrlParts& reference);

// Writes the URL of the parts in normal form.
bool compose(const UrlParts& parts, Escapes escapes, Output& out, Url& url, Fault& fault);

// Room enough for compose.
std::size_t composed_size(const UrlParts& parts);

bool is_scheme(std::string_view text);

// The port of http, https, ws, wss; 0 for schemes that are nothing special.
std::uint16_t default_port(std::string_view scheme);

}  // namespace arun::http
