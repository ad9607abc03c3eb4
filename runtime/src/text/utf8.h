// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

namespace arun::utf8 {

// How many bytes from `at` (before `end`) are the beginning of a sequence, and whether they are all of it.
struct Sequence {
  int length;  // at least 1: of what is no sequence at all, the first byte
  bool whole;
};

inline Sequence sequence(const char* at, const char* end) {
  auto byte = [&](int index) { return static_cast<unsigned char>(at[index]); };
  unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (int index = 1; index < length; ++index) {
    if (at + index == end || byte(index) < low || byte(index) > high) return {index, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

// The length of the sequence that begins at `at` (before `end`), 0 when it is none.
inline int sequence_length(const char* at, const char* end) {
  Sequence found = sequence(at, end);
  return found.whole ? found.length : 0;
}

}  // namespace arun::utf8
