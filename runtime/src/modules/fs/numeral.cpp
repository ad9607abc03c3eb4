#include "modules/fs/numeral.h"

#include <cctype>

namespace arun::modules {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // Takes a character that is one of the two.
  bool take(char a, char b) {
    if (at_ == text_.size() || (text_[at_] != a && text_[at_] != b)) return false;
    if (at_ == kLongestNumeral) {
      too_long_ = true;
      return false;
    }
    ++at_;
    return true;
  }

  // Takes digits; how many.
  std::size_t take_digits(bool hexadecimal) {
    std::size_t begin = at_;
    while (at_ < text_.size()) {
      auto next = static_cast<unsigned char>(text_[at_]);
      if ((hexadecimal ? std::isxdigit(next) : std::isdigit(next)) == 0 || !take(text_[at_], text_[at_])) break;
    }
    return at_ - begin;
  }

  std::size_t at() const { return at_; }
  bool too_long() const { return too_long_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool too_long_ = false;
};

}  // namespace

Numeral find_numeral(std::string_view text, bool at_end, char point) {
  Scanner scanner(text);
  scanner.take('-', '+');
  bool hexadecimal = false;
  std::size_t digits = 0;
  if (scanner.take('0', '0')) {
    hexadecimal = scanner.take('x', 'X');
    if (!hexadecimal) digits = 1;
  }
  digits += scanner.take_digits(hexadecimal);
  if (scanner.take(point, '.')) digits += scanner.take_digits(hexadecimal);
  bool valid = digits > 0;
  if (valid && scanner.take(hexadecimal ? 'p' : 'e', hexadecimal ? 'P' : 'E')) {
    scanner.take('-', '+');
    valid = scanner.take_digits(false) > 0;
  }
  bool ended = at_end || scanner.too_long() || scanner.at() < text.size();
  return {scanner.at(), valid && !scanner.too_long(), ended};
}

}  // namespace arun::modules
