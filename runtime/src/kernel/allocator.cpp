#include "kernel/allocator.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define ARUN_PLAIN_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARUN_PLAIN_MALLOC 1
#endif
#endif

namespace arun::kernel {
namespace {

// Under AddressSanitizer every block goes to malloc, or errors inside our chunks would not be seen.
#ifdef ARUN_PLAIN_MALLOC
constexpr bool kPooled = false;
#else
constexpr bool kPooled = true;
#endif

}  // namespace

void* Allocator::carve(std::size_t size) {
  if (chunk_left_ < size) {
    // A state that has grown large grows by huge pages: hundreds of thousands of parked coroutines are then not paid
    // for page by page.
    bool large = in_use_ >= kLargeState;
    std::size_t bytes = large ? kHugePage : kChunk;
    auto* memory = static_cast<std::byte*>(large ? std::aligned_alloc(kHugePage, bytes) : std::malloc(bytes));
    if (memory == nullptr) return nullptr;
    if (large) madvise(memory, bytes, MADV_HUGEPAGE);
    chunks_.emplace_back(memory);
    chunk_ = memory;
    chunk_left_ = bytes;
  }
  void* block = chunk_;
  chunk_ += size;
  chunk_left_ -= size;
  return block;
}

void* Allocator::take(std::size_t size) {
  if (!kPooled || size > kLargest) return std::malloc(size);
  std::size_t list = (size + kStep - 1) / kStep;
  if (Free* block = free_[list]) {
    free_[list] = block->next;
    return block;
  }
  return carve(list * kStep);
}

void Allocator::give(void* block, std::size_t size) {
  if (!kPooled || size > kLargest) return std::free(block);
  auto* free = static_cast<Free*>(block);
  std::size_t list = (size + kStep - 1) / kStep;
  free->next = free_[list];
  free_[list] = free;
}

void* Allocator::allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
  auto& allocator = *static_cast<Allocator*>(self);
  if (block == nullptr) old_size = 0;  // Lua passes a type tag there
  if (new_size == 0) {
    if (block != nullptr) allocator.give(block, old_size);
    allocator.in_use_ -= old_size;
    return nullptr;
  }
  if (new_size > old_size) {
    if (allocator.fail_after_ != 0 && --allocator.fail_after_ == 0) {
      allocator.fail_after_ = 1;
      return nullptr;
    }
    if (allocator.limit_ != 0 && allocator.in_use_ + (new_size - old_size) > allocator.limit_) return nullptr;
  }
  void* fresh = nullptr;
  if (block != nullptr && (!kPooled || (old_size > kLargest && new_size > kLargest))) {
    fresh = std::realloc(block, new_size);
    if (fresh == nullptr) return nullptr;
  } else {
    fresh = allocator.take(new_size);
    if (fresh == nullptr) return nullptr;
    if (block != nullptr) {
      std::memcpy(fresh, block, std::min(old_size, new_size));
      allocator.give(block, old_size);
    }
  }
  allocator.in_use_ += new_size - old_size;
  return fresh;
}

}  // namespace arun::kernel
