#include "stream/input.h"

#include <algorithm>
#include <utility>

namespace arun::stream {
namespace {

using kernel::Blocks;

constexpr std::size_t kLeastRoom = std::size_t{16} * 1024;
constexpr std::size_t kMostRoom = std::size_t{1024} * 1024;  // at once, however many are wanted: they must come first
constexpr std::size_t kFew = Blocks::kSize / 16;

}  // namespace

bool Input::prepare(std::size_t wanted) {
  if (buffer_.capacity() < Blocks::kSize) {
    ByteBuffer::Memory block(static_cast<char*>(blocks_.take()));
    if (block == nullptr) return false;
    buffer_.move_to(std::move(block), Blocks::kSize);
  }
  std::size_t least = std::clamp(wanted, kLeastRoom, kMostRoom);
  if (buffer_.room_size() >= std::min(least, Blocks::kSize - kFew)) return true;
  return buffer_.reserve(least);
}

void Input::consume(std::size_t bytes) {
  buffer_.consume(std::min(bytes, buffer_.size()));
  if (buffer_.empty()) release();
}

void Input::settle() {
  std::size_t bytes = buffer_.size();
  std::size_t capacity = buffer_.capacity();
  if (bytes > kFew || capacity < Blocks::kSize) return;
  if (bytes == 0) return release();
  ByteBuffer::Memory own(static_cast<char*>(std::malloc(bytes)));
  if (own != nullptr) give_back(buffer_.move_to(std::move(own), bytes), capacity);
}

void Input::release() {
  std::size_t capacity = buffer_.capacity();
  give_back(buffer_.release(), capacity);
}

void Input::give_back(ByteBuffer::Memory memory, std::size_t capacity) {
  if (capacity == Blocks::kSize) blocks_.give(memory.release());
}

}  // namespace arun::stream
