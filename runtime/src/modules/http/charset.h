// The text of a body in UTF-8, whatever encoding it came in.
#pragma once

#include <string>
#include <string_view>

namespace arun::http {

enum class Conversion { done, unknown_charset, no_memory };

// Sets `text` to the bytes as UTF-8: a view into them where they are it already, else of `converted`. The charset is
// one that a Content-Type names ("" is UTF-8), and means what browsers take it for; a byte order mark says otherwise,
// and is left out. What is not valid in it becomes U+FFFD.
Conversion to_utf8(std::string_view bytes, std::string_view charset, std::string& converted,
                   std::string_view& text) noexcept;

}  // namespace arun::http
