// What a message consists of, as its parser found it. All text is a view into the bytes that were parsed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace arun::http {

struct Field {
  std::string_view name;
  std::string_view value;
};

struct Head {
  int version = 0;  // 10 or 11
  // Of a response.
  int status = 0;
  std::string_view reason;
  // Of a request.
  std::string_view method;
  std::string_view target;

  std::vector<Field> fields;
};

}  // namespace arun::http
