#include "modules/http/head_writer.h"

#include <charconv>
#include <ostream>  // which Beast's header uses without including it

#include <boost/beast/http/status.hpp>

#include "modules/http/chars.h"
#include "modules/http/put.h"

namespace arun::http {
namespace {

constexpr std::string_view kVersion = "HTTP/1.1";
constexpr std::string_view kLength = "Content-Length";
constexpr std::string_view kCoding = "Transfer-Encoding";
constexpr std::size_t kRoomForRest = 80;  // the version, the status, a line for the framing, the empty line

char* put_number(char* at, std::uint64_t number) {
  constexpr int kDigits = 20;
  return std::to_chars(at, at + kDigits, number).ptr;
}

bool check_framing(const Headers* headers, const Framing& framing, Fault& fault) {
  if (headers == nullptr) return true;
  if (headers->has(kCoding)) {
    return fault.set(0, "header 'Transfer-Encoding' is not to be set: it follows from the body");
  }
  for (std::size_t i = headers->find(kLength); i < headers->count(); i = headers->find(kLength, i + 1)) {
    std::string_view value = (*headers)[i].value;
    std::uint64_t length = 0;
    auto [end, error] = std::from_chars(value.begin(), value.end(), length);
    bool is_number = error == std::errc{} && end == value.end();
    if (!is_number || framing.kind == Framing::Kind::chunked || length != framing.length) {
      return fault.set(0, "header 'Content-Length' is %s, which is not the length of the body", Excerpt(value).c_str());
    }
  }
  return true;
}

char* put_rest(char* at, const Headers* headers, const Framing& framing) {
  if (headers != nullptr) at = put(at, headers->lines());
  if (framing.kind == Framing::Kind::chunked) {
    at = put(at, "Transfer-Encoding: chunked\r\n");
  } else if (framing.kind == Framing::Kind::length && (headers == nullptr || !headers->has(kLength))) {
    at = put(put_number(put(at, "Content-Length: "), framing.length), "\r\n");
  }
  return put(at, "\r\n");
}

// Informational responses and 204 have no body, and must not speak of one.
bool has_no_framing(int status) {
  return status < 200 || status == 204;
}

std::string_view reason_of(const ResponseHead& head) {
  if (head.reason.data() != nullptr) return head.reason;
  auto known = boost::beast::http::int_to_status(static_cast<unsigned>(head.status));
  if (known == boost::beast::http::status::unknown) return "";
  auto reason = boost::beast::http::obsolete_reason(known);
  return {reason.data(), reason.size()};
}

std::size_t lines_size(const Headers* headers) {
  return headers == nullptr ? 0 : headers->lines().size();
}

}  // namespace

bool check(const RequestHead& head, Fault& fault) {
  if (!is_token(head.method)) return fault.set(0, "%s is not a method", Excerpt(head.method).c_str());
  for (char c : head.target) {
    bool is_visible = c > ' ' && c < 0x7F;  // false for bytes above 127
    if (!is_visible) return fault.set(0, "%s is not a request target", Excerpt(head.target).c_str());
  }
  if (head.target.empty()) return fault.set(0, "the request target is empty");
  return check_framing(head.headers, head.framing, fault);
}

bool check(const ResponseHead& head, Fault& fault) {
  if (head.status < 100 || head.status > 999) return fault.set(0, "%d is not a status code", head.status);
  if (!are_all(head.reason, kFieldText)) {
    return fault.set(0, "%s is not a reason", Excerpt(head.reason).c_str());
  }
  bool has_body = head.framing.kind == Framing::Kind::chunked || head.framing.length > 0;
  if (has_no_framing(head.status) && has_body) return fault.set(0, "a response of status %d has no body", head.status);
  return check_framing(head.headers, head.framing, fault);
}

std::size_t size_of(const RequestHead& head) {
  return head.method.size() + head.target.size() + lines_size(head.headers) + kRoomForRest;
}

std::size_t size_of(const ResponseHead& head) {
  return reason_of(head).size() + lines_size(head.headers) + kRoomForRest;
}

char* write(const RequestHead& head, char* out) {
  out = put(put(put(out, head.method), " "), head.target);
  out = put(put(put(out, " "), kVersion), "\r\n");
  return put_rest(out, head.headers, head.framing);
}

char* write(const ResponseHead& head, char* out) {
  out = put_number(put(put(out, kVersion), " "), static_cast<std::uint64_t>(head.status));
  out = put(put(put(out, " "), reason_of(head)), "\r\n");
  return put_rest(out, head.headers, has_no_framing(head.status) ? Framing{} : head.framing);
}

}  // namespace arun::http
