// The parts of a URL or reference, by RFC 3986, and resolution.
#include <algorithm>

#include "modules/http/chars.h"
#include "modules/http/url.h"

namespace arun::http {
namespace {

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

bool is_scheme_char(char c) {
  return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

bool check_text(std::string_view text, Fault& fault) {
  if (text.starts_with(' ') || text.ends_with(' ')) return fault.set(0, "a space before or after it");
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte < ' ' || byte == 0x7F) return fault.set(0, "the control character 0x%02X at byte %zu", byte, i + 1);
  }
  return true;
}

// [userinfo@]host[:port]
bool split_authority(std::string_view text, UrlParts& parts, Fault& fault) {
  // To browsers it is a slash, and ends the authority: no telling which host is meant.
  if (text.find('\\') != std::string_view::npos) return fault.set(0, "a backslash before the path");
  // People leave the @ of a password as it is: the last one counts.
  std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    parts.userinfo = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  std::size_t host_end = text.rfind(':');
  if (text.starts_with('[')) {
    std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return fault.set(0, "the bracket before the IPv6 address is not closed");
    host_end = bracket + 1;
    if (host_end < text.size() && text[host_end] != ':') {
      return fault.set(0, "%s after the IPv6 address", Excerpt(text.substr(host_end)).c_str());
    }
  }
  if (host_end < text.size()) parts.port = text.substr(host_end + 1);
  parts.host = text.substr(0, host_end);
  return true;
}

}  // namespace

bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), is_scheme_char);
}

bool split(std::string_view text, UrlParts& parts, Fault& fault) {
  if (!check_text(text, fault)) return false;
  parts = {};
  std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && is_scheme(text.substr(0, colon))) {
    parts.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    parts.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    parts.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    std::string_view authority = text.substr(0, text.find('/'));
    if (!split_authority(authority, parts, fault)) return false;
    text.remove_prefix(authority.size());
  }
  parts.path = text;
  return true;
}

UrlParts resolve(const Url& base, const UrlParts& reference) {
  UrlParts result = reference;
  if (reference.scheme) {
    // "http:page" means a page of this site, to browsers and by the older standard.
    bool is_relative =
        !reference.host && default_port(base.scheme()) != 0 && equal_ignoring_case(*reference.scheme, base.scheme());
    if (!is_relative) return result;
  }
  UrlParts from = base.parts();
  result.scheme = from.scheme;
  if (reference.host) return result;
  result.userinfo = from.userinfo;
  result.host = from.host;
  result.port = from.port;
  if (reference.path.empty()) {
    result.path = from.path;
    if (!reference.query) result.query = from.query;
  } else if (!reference.path.starts_with('/')) {
    result.directory = from.path.substr(0, from.path.rfind('/') + 1);
    if (from.host && from.path.empty()) result.directory = "/";
  }
  return result;
}

}  // namespace arun::http
