#include "modules/http/headers.h"

#include <algorithm>
#include <limits>
#include <new>

#include "modules/http/chars.h"
#include "modules/http/put.h"

namespace arun::http {
namespace {

constexpr std::string_view kColon = ": ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMostBytes = std::numeric_limits<std::uint32_t>::max();

std::size_t lines_size(const Field* fields, std::size_t count) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < count; ++i) {
    size += fields[i].name.size() + kColon.size() + fields[i].value.size() + kLineEnd.size();
  }
  return size;
}

}  // namespace

std::size_t Headers::size_for(const Field* fields, std::size_t count) {
  std::size_t lines = lines_size(fields, count);
  return lines > kMostBytes ? 0 : sizeof(Headers) + count * sizeof(Span) + lines;
}

Headers* Headers::make(void* memory, const Field* fields, std::size_t count) {
  auto* headers = new (memory) Headers;
  headers->count_ = static_cast<std::uint32_t>(count);
  headers->lines_size_ = static_cast<std::uint32_t>(lines_size(fields, count));
  auto* span = const_cast<Span*>(headers->spans());
  auto* lines = const_cast<char*>(headers->characters());
  char* at = lines;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [name, value] = fields[i];
    auto start = static_cast<std::uint32_t>(at - lines);
    auto value_start = static_cast<std::uint32_t>(start + name.size() + kColon.size());
    *span++ = {start, static_cast<std::uint32_t>(name.size()), value_start, static_cast<std::uint32_t>(value.size())};
    at = put(put(put(put(at, name), kColon), value), kLineEnd);
  }
  return headers;
}

Field Headers::operator[](std::size_t index) const {
  const Span& span = spans()[index];
  return {lines().substr(span.name, span.name_size), lines().substr(span.value, span.value_size)};
}

std::size_t Headers::find(std::string_view name, std::size_t start) const {
  std::size_t index = start;
  while (index < count() && !equal_ignoring_case((*this)[index].name, name)) ++index;
  return index;
}

bool check_field(const Field& field, Fault& fault) {
  if (!is_token(field.name)) return fault.set(0, "%s is not a header name", Excerpt(field.name).c_str());
  if (are_all(field.value, kFieldText)) return true;
  auto bad = std::find_if_not(field.value.begin(), field.value.end(), [](char c) { return is(c, kFieldText); });
  return fault.set(0, "header '%.*s': the value holds the control character 0x%02X",
                   static_cast<int>(field.name.size()), field.name.data(),
                   static_cast<unsigned>(static_cast<unsigned char>(*bad)));
}

}  // namespace arun::http
