// A parsed document as simdjson keeps it (its doc/tape.md): a word for each token, in the order of the text, with the
// type in the highest byte. A number's value is the word after it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace arun::json {

using Word = std::uint64_t;

struct Tape {
  const Word* root;  // the first word of the value
  std::size_t words;
  const unsigned char* strings;  // of the document, each after its length of 32 bits
};

// As in the text: the byte that begins or ends a container or begins a string or word; of numbers l (a 64-bit integer),
// u (one without a sign, beyond the former) and d (a double).
constexpr char type_of(Word word) {
  return static_cast<char>(word >> 56);
}

// Of a string: where it is among the strings.
constexpr std::size_t payload_of(Word word) {
  return static_cast<std::size_t>(word & 0x00FF'FFFF'FFFF'FFFF);
}

// How many items or members a container has; the most it can say is 16,777,215.
constexpr int count_of(Word opening) {
  return static_cast<int>((opening >> 32) & 0xFF'FFFF);
}

}  // namespace arun::json
