// The order in which ready tasks run, as a seed has it: the same seed, the same order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/task.h"

namespace arun::modules {

// Half of the seeds draw lots at each step: what happens when two steps change places. The other half give each task a
// rank, and a few times in a run deal the ranks anew, so that one task runs far ahead of another: races that take many
// steps in a row to show, which lots find too seldom (Burckhardt et al., "A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs", 2010).
class Order {
 public:
  // `first_id` is the number of the first task of the run: what it is drawn by does not depend on those before.
  Order(std::uint64_t seed, std::uint32_t first_id);

  std::size_t choose(const kernel::Task* first_ready);

 private:
  std::uint64_t draw();
  std::uint64_t rank(const kernel::Task* task) const;

  bool by_rank_;
  std::uint64_t steps_per_deal_;
  std::uint64_t state_;
  std::uint64_t deal_;
  std::uint32_t first_id_;
};

}  // namespace arun::modules
