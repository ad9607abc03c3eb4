#include "modules/http/host.h"

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "modules/http/chars.h"
#include "modules/http/percent.h"

namespace arun::http {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;
// Of a name as it is written, in UTF-8 or encoded, with a NUL after it.
using NameBuffer = std::array<char, 1024>;

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// Refuses what can stand in no name; `foreign` allows what IDNA has yet to look at.
bool check_characters(std::string_view name, bool foreign, Fault& fault) {
  for (char c : name) {
    if (is(lower(c), kHost) || (foreign && !is_ascii(c))) continue;
    return fault.set(0, "%s cannot stand in a host", Excerpt({&c, 1}).c_str());
  }
  return true;
}

bool check_labels(std::string_view name, Fault& fault) {
  if (name.ends_with('.')) name.remove_suffix(1);  // of the root
  if (name.size() > kLongestName) return fault.set(0, "the host is longer than %zu bytes", kLongestName);
  for (;;) {
    std::size_t dot = name.find('.');
    std::size_t size = std::min(dot, name.size());
    if (size == 0) return fault.set(0, "the host has an empty part between dots");
    if (size > kLongestLabel) return fault.set(0, "a part of the host is longer than %zu bytes", kLongestLabel);
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

// Whether resolvers may take it for an IPv4 address, in whatever notation: the last part is a number.
bool looks_like_ipv4(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string_view last = name.substr(name.rfind('.') + 1);
  if (std::all_of(last.begin(), last.end(), is_digit)) return true;
  return equal_ignoring_case(last.substr(0, 2), "0x") && are_all(last.substr(2), kHex);
}

bool put_ascii(Output& out, std::string_view name, Fault& fault) {
  if (!check_characters(name, false, fault) || !check_labels(name, fault)) return false;
  if (looks_like_ipv4(name)) {
    std::array<char, INET_ADDRSTRLEN> text{};
    in_addr address{};
    if (name.size() < text.size()) std::copy(name.begin(), name.end(), text.begin());
    // It takes no notation but that of four decimal numbers.
    if (inet_pton(AF_INET, text.data(), &address) != 1) {
      return fault.set(0, "the host ends in a number, but is no IPv4 address");
    }
  }
  for (char c : name) out.put(lower(c));
  return true;
}

// `name` ends with a NUL.
bool put_foreign(Output& out, const char* name, Fault& fault) {
  char* ascii = nullptr;
  int status = idn2_to_ascii_8z(name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (status != IDN2_OK) return fault.set(0, "the host is not a domain name: %s", idn2_strerror(status));
  bool good = put_ascii(out, ascii, fault);
  idn2_free(ascii);
  return good;
}

}  // namespace

bool put_host(Output& out, std::string_view host, Fault& fault) {
  NameBuffer name{};
  if (host.size() >= name.size()) return fault.set(0, "the host is too long");
  auto size = static_cast<std::size_t>(decode(host, Plus::plus, name.data()) - name.data());
  std::string_view decoded(name.data(), size);
  if (decoded.empty()) return fault.set(0, "no host");
  if (!check_characters(decoded, true, fault)) return false;
  bool foreign = !std::all_of(decoded.begin(), decoded.end(), is_ascii);
  return foreign ? put_foreign(out, name.data(), fault) : put_ascii(out, decoded, fault);
}

bool put_ipv6(Output& out, std::string_view address, Fault& fault) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  in6_addr binary{};
  bool may_be = address.size() < text.size() && address.find('\0') == std::string_view::npos;
  if (may_be) std::copy(address.begin(), address.end(), text.begin());
  if (inet_pton(AF_INET6, text.data(), &binary) != 1) {
    return fault.set(0, "%s is no IPv6 address", Excerpt(address).c_str());
  }
  inet_ntop(AF_INET6, &binary, text.data(), text.size());
  out.put(std::string_view(text.data()));
  return true;
}

}  // namespace arun::http
