// Text to simdjson's document, with the buffers kept between calls. Knows no Lua.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "modules/json/scanner.h"
#include "modules/json/tape.h"

namespace arun::json {

class Decoder {
 public:
  enum class Status { ok, invalid, too_large, no_memory };

  Decoder() noexcept = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder();

  // On invalid `fault` says where and why.
  Status parse(std::string_view text, Fault& fault) noexcept;

  // The document of the last call that was ok; the next call ends it.
  Tape tape() const noexcept;

  // Where a text that parsed is nested too deeply.
  static Status locate(std::string_view text, Fault& fault) noexcept;

  // Gives back what a large text took.
  void trim() noexcept;

 private:
  bool reserve(std::size_t size) noexcept;
  simdjson::error_code run(std::size_t size) noexcept;
  // Copies the text into the buffer with ".0" at the given places; the number of bytes, 0 when memory ran out.
  std::size_t fill(std::string_view text, const std::vector<std::size_t>& to_floats) noexcept;

  simdjson::dom::parser parser_;
  char* buffer_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace arun::json
