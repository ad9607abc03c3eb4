#include "modules/http/line_scanner.h"

namespace arun::http {

LineScanner::Found LineScanner::next_line(std::string_view bytes) {
  bool is_first = line_ == 0;
  if (!is_first && line_ < bytes.size() && (bytes[line_] == ' ' || bytes[line_] == '\t')) return Found::folded_line;
  std::size_t feed = bytes.find('\n', scanned_);
  if (feed == std::string_view::npos) {
    scanned_ = bytes.size();
    return Found::nothing;
  }
  if (feed == line_ || bytes[feed - 1] != '\r') return Found::bare_line_feed;
  bool is_empty = feed - 1 == line_;
  if (is_first) first_line_ = feed - 1;
  line_ = scanned_ = feed + 1;
  return is_empty ? Found::empty_line : Found::line;
}

LineScanner::Found LineScanner::section(std::string_view bytes) {
  for (;;) {
    Found found = next_line(bytes);
    if (found != Found::line) return found;
  }
}

std::string_view LineScanner::faulty(std::string_view bytes) const {
  std::string_view line = bytes.substr(line_);
  return line.substr(0, line.find('\n'));
}

}  // namespace arun::http
