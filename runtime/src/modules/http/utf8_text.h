// Text that should be UTF-8, and need not be.
#pragma once

#include <string>
#include <string_view>

namespace arun::http {

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// How many bytes of the text, from its beginning, are UTF-8.
std::size_t valid_utf8(std::string_view text);

// Appends the text to `out` with a replacement character for each part that is no UTF-8, as browsers do: the longest
// beginning of a sequence is one part. Throws bad_alloc.
void append_repaired(std::string_view text, std::string& out);

}  // namespace arun::http
