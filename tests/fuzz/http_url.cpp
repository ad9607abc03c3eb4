// A URL that was written is read as the same, holds nothing that ends a line or a part, and joining gives such ones.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fail.h"
#include "modules/http/url.h"

namespace {

using namespace arun::http;
using arun::fuzz::fail;

struct Composed {
  std::vector<char> memory;
  Url url;
  Fault fault;
};

Composed composed(const UrlParts& parts, Escapes escapes = Escapes::kept) {
  Composed result;
  result.memory.resize(composed_size(parts));
  Output out(result.memory.data(), result.memory.size());
  compose(parts, escapes, out, result.url, result.fault);
  return result;
}

std::string text(const Url& url) {
  return std::string(url.text());
}

void check(const Composed& given) {
  const Url& url = given.url;
  for (char c : url.text()) {
    if (c <= ' ' || c >= 0x7F) fail("a byte that cannot stand in a URL", text(url));
  }
  UrlParts parts;
  Fault fault;
  if (!split(url.text(), parts, fault)) fail("does not split", text(url), fault.message());
  Composed again = composed(parts);
  if (again.fault) fail("refused when read again", text(url), again.fault.message());
  if (again.url.text() != url.text()) fail("another text when read again", text(url), text(again.url));
  if (again.url.layout() != url.layout()) fail("other parts", text(url));
  if (composed(url.parts()).url.text() != url.text()) fail("another URL from its parts", text(url));
  Composed normal = composed(parts, Escapes::normalized);
  if (normal.fault) fail("no normal form", text(url), normal.fault.message());
  Composed twice = composed(normal.url.parts(), Escapes::normalized);
  if (twice.url.text() != normal.url.text()) fail("not normal", text(normal.url), text(twice.url));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Two texts, with a NUL between them: a URL, and a reference.
  std::string_view both(reinterpret_cast<const char*>(data), size);
  std::string_view first = both.substr(0, both.find('\0'));
  std::string_view second = first.size() == both.size() ? "" : both.substr(first.size() + 1);
  UrlParts parts;
  Fault fault;
  if (!split(first, parts, fault)) return 0;
  Composed base = composed(parts);
  if (base.fault) return 0;
  check(base);
  UrlParts reference;
  if (!split(second, reference, fault)) return 0;
  Composed joined = composed(resolve(base.url, reference));
  if (!joined.fault) check(joined);
  return 0;
}
