#include "modules/http/url.h"

namespace arun::http {

std::optional<std::string_view> Url::authority() const {
  if (at_.host.begin == 0) return std::nullopt;
  bool in_brackets = text_[at_.host.begin - 1] == '[';
  std::uint32_t begin = at_.host.begin - (in_brackets ? 1 : 0);
  std::uint32_t host_end = at_.host.end + (in_brackets ? 1 : 0);
  std::uint32_t end = at_.port_text.begin == 0 ? host_end : at_.port_text.end;
  return text_.substr(begin, end - begin);
}

std::string_view Url::target() const {
  std::uint32_t end = at_.query.begin == 0 ? at_.path.end : at_.query.end;
  return text_.substr(at_.path.begin, end - at_.path.begin);
}

UrlParts Url::parts() const {
  UrlParts parts;
  parts.scheme = scheme();
  parts.userinfo = userinfo();
  parts.host = host();
  if (parts.host) {
    std::size_t with_port = at_.port_text.begin == 0 ? 0 : at_.port_text.end - at_.port_text.begin + 1;
    std::string_view whole = *authority();
    parts.host = whole.substr(0, whole.size() - with_port);
  }
  parts.port = part(at_.port_text);
  parts.path = path();
  parts.query = query();
  parts.fragment = fragment();
  return parts;
}

}  // namespace arun::http
