// Finding a numeral at the beginning of a text, as the format "n" of Lua's io reads one (liolib.c, l_read_number).
#pragma once

#include <cstddef>
#include <string_view>

namespace arun::modules {

// A longer one is none.
constexpr std::size_t kLongestNumeral = 200;

struct Numeral {
  std::size_t size;  // what could be the beginning of a numeral: consumed even if it is none
  bool valid;
  bool ended;  // false: more text may belong to it
};

// The text begins after the space. `point` is the locale's decimal point; a dot is one in any case.
Numeral find_numeral(std::string_view text, bool at_end, char point);

}  // namespace arun::modules
