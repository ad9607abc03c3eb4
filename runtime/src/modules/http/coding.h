// One content coding (RFC 9110, 8.4.1) being taken off a body while its bytes arrive.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace arun::http {

// Where decoded bytes go: from `at` on, and not beyond `end`.
struct Room {
  char* at;
  char* end;

  std::size_t size() const { return static_cast<std::size_t>(end - at); }
};

class Coding {
 public:
  Coding() = default;
  Coding(const Coding&) = delete;
  Coding& operator=(const Coding&) = delete;
  virtual ~Coding() = default;

  // Takes what it can from `in` and puts what it makes of it into `out`; stops when either is used up, and may hold
  // more that only needs room. Null when all is well, else what is wrong with the bytes.
  virtual const char* decode(std::string_view& in, Room& out) = 0;

  // Whether the data may end here.
  virtual bool is_complete() const = 0;
};

// Null when memory ran out.
std::unique_ptr<Coding> make_gzip();
std::unique_ptr<Coding> make_deflate();
std::unique_ptr<Coding> make_brotli();
std::unique_ptr<Coding> make_zstd();

}  // namespace arun::http
