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

Allocator::Page* Allocator::new_page(std::size_t list) {
  Page* page = pool_;
  if (page != nullptr) {
    pool_ = page->next;
  } else {
    if (region_left_ == 0) {
      // A state that has grown large grows by huge pages: hundreds of thousands of parked coroutines are then not paid
      // for page by page.
      bool large = in_use_ >= kLargeState;
      std::size_t bytes = large ? kHugePage : kRegion;
      auto* memory = static_cast<std::byte*>(std::aligned_alloc(large ? kHugePage : kPage, bytes));
      if (memory == nullptr) return nullptr;
      if (large) madvise(memory, bytes, MADV_HUGEPAGE);
      regions_.emplace_back(memory);
      region_ = memory;
      region_left_ = bytes;
    }
    page = reinterpret_cast<Page*>(region_);
    region_ += kPage;
    region_left_ -= kPage;
  }
  *page = Page{nullptr, reinterpret_cast<std::byte*>(page + 1), 0, static_cast<std::uint32_t>(list), nullptr, nullptr,
               false};
  return page;
}

void Allocator::enqueue(Page* page) {
  Queue& queue = queues_[page->list];
  page->queued = true;
  page->next = nullptr;
  page->previous = queue.last;
  (queue.last != nullptr ? queue.last->next : queue.first) = page;
  queue.last = page;
}

void Allocator::dequeue(Page* page) {
  Queue& queue = queues_[page->list];
  page->queued = false;
  (page->previous != nullptr ? page->previous->next : queue.first) = page->next;
  (page->next != nullptr ? page->next->previous : queue.last) = page->previous;
}

// Null when the page is full.
inline void* Allocator::take_from(Page* page) {
  if (Free* block = page->free) {
    page->free = block->next;
    ++page->used;
    return block;
  }
  std::byte* block = page->fresh;
  std::byte* after = block + page->list * kStep;
  if (after > reinterpret_cast<std::byte*>(page) + kPage) return nullptr;
  page->fresh = after;
  ++page->used;
  return block;
}

void* Allocator::take_slowly(std::size_t list) {
  Page* page = queues_[list].first;
  if (page != nullptr) {
    dequeue(page);
  } else {
    page = new_page(list);
    if (page == nullptr) return nullptr;
  }
  current_[list] = page;
  return take_from(page);
}

inline void* Allocator::take(std::size_t size) {
  if (!kPooled || size > kLargest) return std::malloc(size);
  std::size_t list = (size + kStep - 1) / kStep;
  Page* page = current_[list];
  void* block = page != nullptr ? take_from(page) : nullptr;
  return block != nullptr ? block : take_slowly(list);
}

inline void Allocator::give(void* block, std::size_t size) {
  if (!kPooled || size > kLargest) return std::free(block);
  auto address = reinterpret_cast<std::uintptr_t>(block);
  // The collector sweeps from the newest object to the oldest, and what was allocated just before this one mostly lies
  // just below it. Without the prefetch, sweeping is waiting for memory.
  __builtin_prefetch(reinterpret_cast<void*>(address - 4 * size), 1);
  auto* page = reinterpret_cast<Page*>(address & ~(kPage - 1));
  auto* free = static_cast<Free*>(block);
  free->next = page->free;
  page->free = free;
  if (--page->used == 0) {
    // Empty: used anew from its beginning, in order.
    page->free = nullptr;
    page->fresh = reinterpret_cast<std::byte*>(page + 1);
    if (page == current_[page->list]) return;
    if (page->queued) dequeue(page);
    page->next = pool_;
    pool_ = page;
    return;
  }
  if (!page->queued && page != current_[page->list]) enqueue(page);
}

inline bool Allocator::may_grow(std::size_t bytes) {
  if ((fail_after_ | limit_) == 0) return true;
  if (fail_after_ != 0 && --fail_after_ == 0) {
    fail_after_ = 1;
    return false;
  }
  return limit_ == 0 || in_use_ + bytes <= limit_;
}

void* Allocator::resize(void* block, std::size_t old_size, std::size_t new_size) {
  if (new_size > old_size && !may_grow(new_size - old_size)) return nullptr;
  if (!kPooled || (old_size > kLargest && new_size > kLargest)) {
    block = std::realloc(block, new_size);
    if (block == nullptr) return nullptr;
  } else {
    void* moved = take(new_size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, block, std::min(old_size, new_size));
    give(block, old_size);
    block = moved;
  }
  in_use_ += new_size - old_size;
  return block;
}

void* Allocator::allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
  auto& allocator = *static_cast<Allocator*>(self);
  if (block == nullptr) {  // old_size is a type tag
    if (new_size == 0 || !allocator.may_grow(new_size)) return nullptr;
    block = allocator.take(new_size);
    if (block != nullptr) allocator.in_use_ += new_size;
    return block;
  }
  if (new_size != 0) return allocator.resize(block, old_size, new_size);
  allocator.give(block, old_size);
  allocator.in_use_ -= old_size;
  return nullptr;
}

}  // namespace arun::kernel
