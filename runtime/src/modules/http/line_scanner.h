// Takes the lines of a message's head, chunks and trailers apart while their bytes arrive. Strict where readers of HTTP
// differ, which is what request smuggling lives on: lines end in CR LF, and none continues the one before.
#pragma once

#include <cstddef>
#include <string_view>

namespace arun::http {

class LineScanner {
 public:
  enum class Found { nothing, line, empty_line, bare_line_feed, folded_line };

  // Both look at `bytes`, which begins where the first line does and grows from call to call.
  Found next_line(std::string_view bytes);
  // Lines up to an empty one; never says `line`.
  Found section(std::string_view bytes);

  // The size of the lines found, with their ends.
  std::size_t size() const { return line_; }
  // The size of the first line without its end, or npos while it is not complete.
  std::size_t first_line() const { return first_line_; }
  // The line at fault, as far as it is there.
  std::string_view faulty(std::string_view bytes) const;

 private:
  std::size_t line_ = 0;     // where the line begins that is being looked at
  std::size_t scanned_ = 0;  // before this there is no further line feed
  std::size_t first_line_ = std::string_view::npos;
};

}  // namespace arun::http
