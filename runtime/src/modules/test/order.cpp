#include "modules/test/order.h"

namespace arun::modules {
namespace {

// The ranks are dealt anew at one of so many steps, which differs from seed to seed: a race shows when a task runs far
// ahead, but not too far.
constexpr std::uint64_t kStepsPerDeal[] = {16, 6, 48};

// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Order::Order(std::uint64_t seed, std::uint32_t first_id)
    : by_rank_(seed % 2 == 0),
      steps_per_deal_(kStepsPerDeal[seed / 2 % 3]),
      state_(mix(seed + kGolden)),
      deal_(draw()),
      first_id_(first_id) {}

std::uint64_t Order::draw() {
  return mix(state_ += kGolden);
}

std::uint64_t Order::rank(const kernel::Task* task) const {
  return mix(deal_ + (task->id - first_id_) * kGolden);
}

std::size_t Order::choose(const kernel::Task* first_ready) {
  if (first_ready->next_ready == nullptr) return 0;
  if (by_rank_ && draw() % steps_per_deal_ == 0) deal_ = draw();
  std::size_t count = 0;
  std::size_t highest = 0;
  std::uint64_t highest_rank = 0;
  for (const kernel::Task* task = first_ready; task != nullptr; task = task->next_ready, ++count) {
    if (!by_rank_ || rank(task) <= highest_rank) continue;
    highest = count;
    highest_rank = rank(task);
  }
  return by_rank_ ? highest : draw() % count;
}

}  // namespace arun::modules
