// The fields of a message in one block of plain memory: a userdata, as a rule, which never changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "modules/http/fault.h"
#include "modules/http/message.h"

namespace arun::http {

class Headers {
 public:
  // The bytes a block for these fields takes; 0 when they are more than one can hold.
  static std::size_t size_for(const Field* fields, std::size_t count);
  // Makes one in memory of that size.
  static Headers* make(void* memory, const Field* fields, std::size_t count);

  std::size_t count() const { return count_; }
  Field operator[](std::size_t index) const;
  // As they are sent: "Name: value\r\n" for each.
  std::string_view lines() const { return {characters(), lines_size_}; }

  // The index of the first field of this name, in any case, from `start` on; count() when there is none.
  std::size_t find(std::string_view name, std::size_t start = 0) const;
  bool has(std::string_view name) const { return find(name) < count(); }

 private:
  struct Span {
    std::uint32_t name;
    std::uint32_t name_size;
    std::uint32_t value;
    std::uint32_t value_size;
  };

  const Span* spans() const { return reinterpret_cast<const Span*>(this + 1); }
  const char* characters() const { return reinterpret_cast<const char*>(spans() + count_); }

  std::uint32_t count_ = 0;
  std::uint32_t lines_size_ = 0;
};

// Whether a field can be sent as it is: a token as name, no control characters in the value.
bool check_field(const Field& field, Fault& fault);

}  // namespace arun::http
