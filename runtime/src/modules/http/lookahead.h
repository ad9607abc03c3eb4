// The first bytes of something, collected until there are enough to tell what it is.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace arun::http {

template <std::size_t kSize>
class Lookahead {
 public:
  // Takes what is missing; whether all are there.
  bool fill(std::string_view& in) {
    std::size_t taken = std::min(kSize - size_, in.size());
    std::copy_n(in.begin(), taken, bytes_.begin() + size_);
    size_ += taken;
    in.remove_prefix(taken);
    return size_ == kSize;
  }

  void clear() { size_ = 0; }
  std::string_view bytes() const { return {bytes_.data(), size_}; }
  unsigned char operator[](std::size_t index) const { return static_cast<unsigned char>(bytes_[index]); }

 private:
  std::array<char, kSize> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace arun::http
