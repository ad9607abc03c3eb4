// Blocks of memory that bytes pass through on their way in. The few that are in use at a time stay in the cache of the
// processor, however many connections take turns with them; malloc would give memory of this size back to the system.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <vector>

namespace arun::kernel {

class Blocks {
 public:
  static constexpr std::size_t kSize = std::size_t{64} * 1024;

  Blocks() { spare_.reserve(kKept); }
  ~Blocks() {
    for (void* block : spare_) std::free(block);
  }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

  // Memory of malloc, of kSize bytes; null when there is none.
  void* take() {
    if (spare_.empty()) return std::malloc(kSize);
    void* block = spare_.back();
    spare_.pop_back();
    return block;
  }
  void give(void* block) {
    if (spare_.size() < kKept) {
      spare_.push_back(block);
    } else {
      std::free(block);
    }
  }

 private:
  static constexpr std::size_t kKept = 8;
  std::vector<void*> spare_;
};

}  // namespace arun::kernel
