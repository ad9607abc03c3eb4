// Bytes in one piece of memory, added at the end and taken from the front.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace arun::stream {

class ByteBuffer {
 public:
  // Memory of malloc.
  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };
  using Memory = std::unique_ptr<char, Free>;

  std::string_view bytes() const { return {memory_.get() + begin_, end_ - begin_}; }
  const char* data() const { return memory_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  // At least `least` bytes of room behind the bytes, at room(); false when memory is out.
  bool reserve(std::size_t least);
  char* room() { return memory_.get() + end_; }
  std::size_t room_size() const { return capacity_ - end_; }
  void added(std::size_t bytes) { end_ += bytes; }

  // False, and nothing appended, when memory is out.
  bool append(std::string_view bytes);

  void consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Moves the bytes into other memory, which holds them; gives the memory they were in.
  Memory move_to(Memory memory, std::size_t capacity);
  // Forgets the bytes and gives the memory they were in.
  Memory release() {
    capacity_ = begin_ = end_ = 0;
    return std::move(memory_);
  }

 private:
  Memory memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace arun::stream
