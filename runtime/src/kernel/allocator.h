// The Lua state's memory: blocks of a few hundred bytes come from free lists by size, the rest from malloc.
// Lua frees with the size it asked for, so a block needs no header: a suspended coroutine pays for what it uses.
#pragma once

#include <cstddef>
#include <cstdint>
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
  static constexpr std::size_t kPage = 32 * 1024;
  static constexpr std::size_t kRegion = 64 * 1024;
  static constexpr std::size_t kHugePage = 2 * 1024 * 1024;
  static constexpr std::size_t kLargeState = 32 * 1024 * 1024;
  static constexpr std::size_t kLists = kLargest / kStep + 1;

  struct Free {
    Free* next;
  };

  // Blocks of one size, at an address that is a multiple of kPage: a block finds its page by its address. Blocks are
  // reused page by page, so that what is allocated together lies together, however shuffled the collector frees.
  struct Page {
    Free* free;        // blocks given back
    std::byte* fresh;  // blocks never used since the page was empty lie from here
    std::uint32_t used;
    std::uint32_t list;
    Page* previous;  // in the queue of its list, or in the pool (next only)
    Page* next;
    bool queued;
  };

  // Pages with room that are not the current one, in the order in which room was made.
  struct Queue {
    Page* first = nullptr;
    Page* last = nullptr;
  };

  struct FreeRegion {
    void operator()(std::byte* region) const { std::free(region); }
  };

  bool may_grow(std::size_t bytes);
  void* resize(void* block, std::size_t old_size, std::size_t new_size);
  void* take(std::size_t size);
  void* take_from(Page* page);
  void* take_slowly(std::size_t list);
  void give(void* block, std::size_t size);
  Page* new_page(std::size_t list);
  void enqueue(Page* page);
  void dequeue(Page* page);

  std::size_t in_use_ = 0;
  std::size_t limit_ = 0;
  std::size_t fail_after_ = 0;
  Page* current_[kLists] = {};
  Queue queues_[kLists];
  Page* pool_ = nullptr;  // empty pages
  std::byte* region_ = nullptr;
  std::size_t region_left_ = 0;
  std::vector<std::unique_ptr<std::byte, FreeRegion>> regions_;
};

}  // namespace arun::kernel
