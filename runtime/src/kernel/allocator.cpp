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

void* Allocator::take_slowly(std::size_t list) {
  std::size_t size = list * kStep;
  for (;;) {
    Page* page = current_[list];
    if (page != nullptr) {
      if (Free* block = page->free) {
        page->free = block->next;
        ++page->used;
        return block;
      }
      std::byte* block = page->fresh;
      if (block + size <= reinterpret_cast<std::byte*>(page) + kPage) {
        page->fresh += size;
        ++page->used;
        return block;
      }
    }
    page = queues_[list].first;
    if (page != nullptr) {
      dequeue(page);
    } else {
      page = new_page(list);
      if (page == nullptr) return nullptr;
    }
    current_[list] = page;
  }
}

void* Allocator::take(std::size_t size) {
  if (!kPooled || size > kLargest) return std::malloc(size);
  std::size_t list = (size + kStep - 1) / kStep;
  Page* page = current_[list];
  if (page != nullptr) {
    if (Free* block = page->free) {
      page->free = block->next;
      ++page->used;
      return block;
    }
  }
  return take_slowly(list);
}

void Allocator::give(void* block, std::size_t size) {
  if (!kPooled || size > kLargest) return std::free(block);
  auto* page = reinterpret_cast<Page*>(reinterpret_cast<std::uintptr_t>(block) & ~(kPage - 1));
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
