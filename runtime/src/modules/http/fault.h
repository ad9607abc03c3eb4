// What is wrong with a message, a URL or a body, said to the one who reads the error. No memory of its own.
#pragma once

#include <array>
#include <cstdarg>
#include <cstddef>
#include <string_view>

namespace arun::http {

struct Fault {
  int status = 0;                    // what a server answers such a request with
  const char* given_code = nullptr;  // where the status does not say it
  std::array<char, 256> text{};

  explicit operator bool() const { return text[0] != '\0'; }
  const char* message() const { return text.data(); }

  // For programs: TRUNCATED, TOO_LARGE, BAD_ENCODING, OUT_OF_MEMORY, or MALFORMED.
  const char* code() const;
  // Gives the fault that was set a code of its own. Always false.
  bool as(const char* code);

  // Formats as printf does; the first fault stays. Always false, to end a check with.
  bool set(int answer, const char* format, ...) __attribute__((format(printf, 3, 4)));
};

// The beginning of a text that came from elsewhere, in quotes, safe to print: "SSH-2.0-\x01..."
class Excerpt {
 public:
  explicit Excerpt(std::string_view text);
  const char* c_str() const { return shown_.data(); }

 private:
  static constexpr std::size_t kLongest = 48;
  std::array<char, 4 * kLongest + 8> shown_{};
};

}  // namespace arun::http
