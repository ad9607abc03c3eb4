// The Lua state's memory: blocks of a few hundred bytes come from free lists by size, the rest from malloc.
// Lua frees with the size it asked for, so a block needs no header: a suspended coroutine pays for what it uses.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace arun::kernel {

class Allocator {
 public:
  // A lua_Alloc; `self` is the Allocator.
  static void* allocate(void* self, void* block, std::size_t old_size, std::size_t new_size);

  // Lua memory in use, and the most it may be (0 = no limit): beyond it Lua raises "not enough memory".
  std::size_t in_use() const { return in_use_; }
  void set_limit(std::size_t bytes) { limit_ = bytes; }
  // The n-th allocation from now on fails, and all after it (0 = none): for tests of memory exhaustion.
  void fail_after(std::size_t allocations) { fail_after_ = allocations; }

 private:
  static constexpr std::size_t kStep = 8;
  static constexpr std::size_t kLargest = 768;
  static constexpr std::size_t kChunk = 64 * 1024;
  static constexpr std::size_t kHugePage = 2 * 1024 * 1024;
  static constexpr std::size_t kLargeState = 32 * 1024 * 1024;

  struct Free {
    Free* next;
  };

  struct FreeChunk {
    void operator()(std::byte* chunk) const { std::free(chunk); }
  };

  void* take(std::size_t size);
  void give(void* block, std::size_t size);
  void* carve(std::size_t size);

  std::size_t in_use_ = 0;
  std::size_t limit_ = 0;
  std::size_t fail_after_ = 0;
  std::byte* chunk_ = nullptr;
  std::size_t chunk_left_ = 0;
  Free* free_[kLargest / kStep + 1] = {};
  std::vector<std::unique_ptr<std::byte, FreeChunk>> chunks_;
};

}  // namespace arun::kernel
