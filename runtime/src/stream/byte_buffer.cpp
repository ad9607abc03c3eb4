#include "stream/byte_buffer.h"

#include <algorithm>
#include <cstdint>

namespace arun::stream {

bool ByteBuffer::reserve(std::size_t least) {
  if (room_size() >= least) return true;
  // To the front, when that moves no more bytes than were taken since: so that each byte moves but a few times.
  if (begin_ >= size() && begin_ > 0) {
    std::memmove(memory_.get(), data(), size());
    end_ -= begin_;
    begin_ = 0;
    if (room_size() >= least) return true;
  }
  if (least > PTRDIFF_MAX - end_) return false;
  std::size_t grown = std::max(end_ + least, std::min(2 * capacity_, capacity_ + (std::size_t{1} << 30)));
  void* memory = std::realloc(memory_.get(), grown);
  if (memory == nullptr) return false;
  static_cast<void>(memory_.release());
  memory_.reset(static_cast<char*>(memory));
  capacity_ = grown;
  return true;
}

bool ByteBuffer::append(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (!reserve(bytes.size())) return false;
  std::memcpy(room(), bytes.data(), bytes.size());
  added(bytes.size());
  return true;
}

ByteBuffer::Memory ByteBuffer::move_to(Memory memory, std::size_t capacity) {
  std::size_t bytes = size();
  if (bytes > 0) std::memcpy(memory.get(), data(), bytes);
  memory_.swap(memory);
  capacity_ = capacity;
  begin_ = 0;
  end_ = bytes;
  return memory;
}

}  // namespace arun::stream
