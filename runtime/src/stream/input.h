// What a stream has received and nobody took yet, in one piece.
#pragma once

#include <cstddef>
#include <string_view>

#include "kernel/blocks.h"
#include "stream/byte_buffer.h"

namespace arun::stream {

class Input {
 public:
  explicit Input(kernel::Blocks& blocks) : blocks_(blocks) {}
  ~Input() { release(); }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  std::string_view bytes() const { return buffer_.bytes(); }

  // Room for more, of about so many bytes if they are known to be wanted; false when memory is out.
  bool prepare(std::size_t wanted);
  // For whoever adds what it receives.
  ByteBuffer& buffer() { return buffer_; }

  void consume(std::size_t bytes);
  // What is left will lie for a while: a few bytes do not keep a block to themselves.
  void settle();
  void release();

 private:
  void give_back(ByteBuffer::Memory memory, std::size_t capacity);

  kernel::Blocks& blocks_;
  ByteBuffer buffer_;
};

}  // namespace arun::stream
