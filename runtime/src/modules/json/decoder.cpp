#include "modules/json/decoder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "modules/json/limits.h"

namespace arun::json {
namespace {

constexpr std::string_view kSuffix = ".0";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Decoder::~Decoder() {
  std::free(buffer_);
}

bool Decoder::reserve(std::size_t size) noexcept {
  if (size <= capacity_) return true;
  std::size_t capacity = capacity_ == 0 ? 4096 : capacity_;
  while (capacity < size) capacity *= 2;
  capacity = std::min(capacity, simdjson::SIMDJSON_MAXSIZE_BYTES);
  auto* grown = static_cast<char*>(std::malloc(capacity + simdjson::SIMDJSON_PADDING));
  if (grown == nullptr) return false;
  std::free(buffer_);
  buffer_ = grown;
  capacity_ = capacity;
  // Sized with the buffer, so that texts of slowly rising length do not reallocate at each call. One level more than is
  // allowed: who walks the document counts the levels.
  return parser_.allocate(capacity, kMaxDepth + 2) == simdjson::SUCCESS &&
         parser_.doc.allocate(capacity) == simdjson::SUCCESS;
}

std::size_t Decoder::fill(std::string_view text, const std::vector<std::size_t>& to_floats) noexcept {
  std::size_t size = text.size() + to_floats.size() * kSuffix.size();
  if (!reserve(size)) return 0;
  std::size_t from = 0;
  char* to = buffer_;
  for (std::size_t place : to_floats) {
    std::memcpy(to, text.data() + from, place - from);
    to += place - from;
    from = place;
    std::memcpy(to, kSuffix.data(), kSuffix.size());
    to += kSuffix.size();
  }
  std::memcpy(to, text.data() + from, text.size() - from);
  std::memset(buffer_ + size, 0, simdjson::SIMDJSON_PADDING);
  return size;
}

simdjson::error_code Decoder::run(std::size_t size) noexcept {
  constexpr bool kAlreadyPadded = false;
  return parser_.parse(buffer_, size, kAlreadyPadded).error();
}

Decoder::Status Decoder::parse(std::string_view text, Fault& fault) noexcept try {
  if (text.size() > simdjson::SIMDJSON_MAXSIZE_BYTES) return Status::too_large;
  std::vector<std::size_t> to_floats;
  simdjson::error_code error = simdjson::UNINITIALIZED;
  // Newer releases of simdjson skip the mark, which would make the verdict depend on the release.
  bool plain = !text.empty() && text.substr(0, 3) != kByteOrderMark && !may_have_negative_zero(text);
  if (plain) {
    std::size_t size = fill(text, to_floats);
    if (size == 0) return Status::no_memory;
    error = run(size);
    if (error == simdjson::SUCCESS) return Status::ok;
    if (error == simdjson::MEMALLOC) return Status::no_memory;
  }
  if (!scan(text, fault, to_floats)) return Status::invalid;
  if (text.size() + to_floats.size() * kSuffix.size() > simdjson::SIMDJSON_MAXSIZE_BYTES) return Status::too_large;
  std::size_t size = fill(text, to_floats);
  if (size == 0) return Status::no_memory;
  error = run(size);
  if (error == simdjson::SUCCESS) return Status::ok;
  if (error == simdjson::MEMALLOC) return Status::no_memory;
  if (error == simdjson::CAPACITY) return Status::too_large;
  fault.offset = text.size();
  std::snprintf(fault.message, sizeof fault.message, "%s", simdjson::error_message(error));
  return Status::invalid;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

Tape Decoder::tape() const noexcept {
  const simdjson::dom::document& document = parser_.doc;
  return {&document.tape[1], payload_of(document.tape[0]), document.string_buf.get()};
}

Decoder::Status Decoder::locate(std::string_view text, Fault& fault) noexcept try {
  std::vector<std::size_t> to_floats;
  return scan(text, fault, to_floats) ? Status::ok : Status::invalid;
} catch (const std::bad_alloc&) {
  return Status::no_memory;
}

void Decoder::trim() noexcept {
  if (capacity_ <= kKeptBytes) return;
  std::free(buffer_);
  buffer_ = nullptr;
  capacity_ = 0;
  parser_ = simdjson::dom::parser();
}

}  // namespace arun::json
