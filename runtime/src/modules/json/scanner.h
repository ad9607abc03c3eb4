// A strict reader of RFC 8259 that builds nothing. It runs when simdjson refuses a text, to say where and why, and
// when a text has numbers that simdjson would not keep as they are.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace arun::json {

struct Fault {
  std::size_t offset = 0;  // of the first byte that cannot stand where it stands
  char message[160] = "";
};

struct Place {
  std::size_t line = 1;
  std::size_t column = 1;  // in bytes
};

// Line and column, both from 1, of a byte in the text.
Place place_of(std::string_view text, std::size_t offset);

// Whether the text may hold the integer -0, which simdjson reads as 0. False alarms only cost time.
bool may_have_negative_zero(std::string_view text);

// Whether the text is one JSON value. When not, `fault` says where it stops being one. `to_floats` receives the end of
// each integer that fits neither 64-bit form or is -0: with ".0" inserted there it reads as a float. Throws
// std::bad_alloc.
bool scan(std::string_view text, Fault& fault, std::vector<std::size_t>& to_floats);

}  // namespace arun::json
