// Parts of a URL as one text in normal form.
#include <charconv>
#include <limits>

#include "modules/http/chars.h"
#include "modules/http/host.h"
#include "modules/http/url.h"

namespace arun::http {
namespace {

struct Special {
  std::string_view scheme;
  std::uint16_t port;
};
constexpr Special kSpecial[] = {{"https", 443}, {"http", 80}, {"wss", 443}, {"ws", 80}};

// A segment of a path that means "here" (one dot) or "up" (two), encoded or not.
bool is_dots(std::string_view segment, int dots) {
  for (; dots > 0; --dots) {
    if (segment.starts_with('.')) {
      segment.remove_prefix(1);
    } else if (equal_ignoring_case(segment.substr(0, kEncodedSize), "%2e")) {
      segment.remove_prefix(kEncodedSize);
    } else {
      return false;
    }
  }
  return segment.empty();
}

// The end of the path without its last segment, or the beginning.
char* without_segment(const char* begin, char* end) {
  while (end > begin && *--end != '/') continue;
  return end;
}

// RFC 3986, 5.2.4, in place: of a path that begins with a slash. Gives the new end.
char* remove_dot_segments(char* begin, const char* end) {
  char* out = begin;
  for (char* in = begin; in < end;) {
    char* next = in + 1;
    while (next < end && *next != '/') ++next;
    std::string_view segment(in + 1, static_cast<std::size_t>(next - in - 1));
    bool up = is_dots(segment, 2);
    if (up) out = without_segment(begin, out);
    if (up || is_dots(segment, 1)) {
      if (next == end) *out++ = '/';
    } else {
      std::memmove(out, in, static_cast<std::size_t>(next - in));
      out += next - in;
    }
    in = next;
  }
  return out;
}

class Composer {
 public:
  Composer(const UrlParts& parts, Escapes escapes, Output& out, Fault& fault)
      : parts_(parts), escapes_(escapes), out_(out), fault_(fault) {}

  bool run() {
    if (!put_scheme() || !put_authority() || !put_path()) return false;
    put_tail('?', parts_.query, layout_.query);
    put_tail('#', parts_.fragment, layout_.fragment);
    return !out_.overflowed() || fault_.set(0, "it is too long");
  }

  const Url::Layout& layout() const { return layout_; }

 private:
  std::uint32_t here() const { return static_cast<std::uint32_t>(out_.size()); }

  bool put_scheme() {
    if (!parts_.scheme) return fault_.set(0, "no scheme, as in https://");
    if (!is_scheme(*parts_.scheme)) return fault_.set(0, "%s is no scheme", Excerpt(*parts_.scheme).c_str());
    for (char c : *parts_.scheme) out_.put(lower(c));
    layout_.scheme_end = here();
    default_port_ = default_port(out_.from(0));
    out_.put(':');
    return true;
  }

  bool put_authority() {
    bool is_needed = default_port_ != 0 || parts_.userinfo || parts_.port;
    if (!parts_.host) return !is_needed || fault_.set(0, "no host");
    out_.put("//");
    if (parts_.userinfo && !parts_.userinfo->empty()) {
      layout_.userinfo.begin = here();
      put_url_text(out_, *parts_.userinfo, kUserinfo, escapes_);
      layout_.userinfo.end = here();
      out_.put('@');
    }
    if (!put_host_part()) return false;
    bool is_empty = layout_.host.begin == layout_.host.end;
    if (is_empty && (layout_.userinfo.begin != 0 || !parts_.port.value_or("").empty())) return fault_.set(0, "no host");
    return put_port();
  }

  bool put_host_part() {
    std::string_view host = *parts_.host;
    bool good = true;
    if (host.starts_with('[') && host.ends_with(']')) {
      out_.put('[');
      layout_.host.begin = here();
      good = put_ipv6(out_, host.substr(1, host.size() - 2), fault_);
      layout_.host.end = here();
      out_.put(']');
      return good;
    }
    layout_.host.begin = here();
    if (host.find(':') != std::string_view::npos) return fault_.set(0, "a colon in the host: IPv6 takes brackets");
    if (default_port_ != 0) {
      good = put_host(out_, host, fault_);
    } else {
      put_url_text(out_, host, kUserinfo, escapes_);
    }
    layout_.host.end = here();
    return good;
  }

  bool put_port() {
    layout_.port = default_port_;
    std::string_view text = parts_.port.value_or("");
    if (text.empty()) return true;
    auto [end, error] = std::from_chars(text.begin(), text.end(), layout_.port);
    if (error != std::errc{} || end != text.end()) {
      return fault_.set(0, "the port %s is no number up to 65535", Excerpt(text).c_str());
    }
    if (layout_.port == default_port_) return true;
    out_.put(':');
    layout_.port_text.begin = here();
    put_number(layout_.port);
    layout_.port_text.end = here();
    return true;
  }

  void put_number(std::uint16_t number) {
    char digits[8];
    out_.put(
        std::string_view(digits, static_cast<std::size_t>(std::to_chars(digits, digits + 8, number).ptr - digits)));
  }

  bool put_path() {
    layout_.path.begin = here();
    put_url_text(out_, parts_.directory, kPath, escapes_);
    put_url_text(out_, parts_.path, kPath, escapes_);
    std::string_view path = out_.from(layout_.path.begin);
    if (path.empty() && default_port_ != 0) out_.put('/');
    if (path.starts_with('/')) {
      out_.cut(remove_dot_segments(out_.begin() + layout_.path.begin, out_.end()));
    } else if (parts_.host && !path.empty()) {
      return fault_.set(0, "a path after a host begins with a slash");
    }
    // Two slashes right after the scheme would begin an authority.
    if (!parts_.host && out_.from(layout_.path.begin).starts_with("//")) insert("/.", layout_.path.begin);
    layout_.path.end = here();
    return true;
  }

  void insert(std::string_view text, std::size_t place) {
    std::size_t behind = out_.size() - place;
    out_.put(text);
    if (out_.overflowed()) return;
    char* to = out_.begin() + place;
    std::memmove(to + text.size(), to, behind);
    std::memcpy(to, text.data(), text.size());
  }

  void put_tail(char mark, UrlParts::Part part, Url::Range& range) {
    if (!part) return;
    out_.put(mark);
    range.begin = here();
    put_url_text(out_, *part, kQuery, escapes_);
    range.end = here();
  }

  const UrlParts& parts_;
  Escapes escapes_;
  Output& out_;
  Fault& fault_;
  Url::Layout layout_;
  std::uint16_t default_port_ = 0;
};

}  // namespace

std::uint16_t default_port(std::string_view scheme) {
  for (const Special& special : kSpecial) {
    if (equal_ignoring_case(special.scheme, scheme)) return special.port;
  }
  return 0;
}

bool compose(const UrlParts& parts, Escapes escapes, Output& out, Url& url, Fault& fault) {
  Composer composer(parts, escapes, out, fault);
  if (!composer.run()) return false;
  url = Url(out.from(0), composer.layout());
  return true;
}

std::size_t composed_size(const UrlParts& parts) {
  constexpr std::size_t kBetween = 400;  // the signs between the parts, and a host that grows in ASCII
  auto size = [](UrlParts::Part part) { return part.value_or("").size(); };
  return kEncodedSize * (size(parts.scheme) + size(parts.userinfo) + size(parts.host) + size(parts.port) +
                         parts.directory.size() + parts.path.size() + size(parts.query) + size(parts.fragment)) +
         kBetween;
}

}  // namespace arun::http
