// The heads of requests and responses as bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "modules/http/fault.h"
#include "modules/http/headers.h"

namespace arun::http {

// How the other side learns where the body ends.
struct Framing {
  enum class Kind { none, length, chunked };
  Kind kind = Kind::none;
  std::uint64_t length = 0;
};

struct RequestHead {
  std::string_view method;
  std::string_view target;
  const Headers* headers;  // null: none
  Framing framing;
};

struct ResponseHead {
  int status;
  std::string_view reason;  // no data: the usual one
  const Headers* headers;
  Framing framing;
};

// Whether it can be written: nothing in it ends a line, and the fields do not contradict the framing.
bool check(const RequestHead& head, Fault& fault);
bool check(const ResponseHead& head, Fault& fault);

// Room enough for the head.
std::size_t size_of(const RequestHead& head);
std::size_t size_of(const ResponseHead& head);

// Writes a head that was checked; gives its end.
char* write(const RequestHead& head, char* out);
char* write(const ResponseHead& head, char* out);

}  // namespace arun::http
