#include "kernel/cpu_times.h"

#include <ctime>

namespace arun::kernel {
namespace {

Nanoseconds used_by_thread() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<Nanoseconds>(time.tv_sec) * 1'000'000'000 + static_cast<Nanoseconds>(time.tv_nsec);
}

}  // namespace

void CpuTimes::step_begins(std::uint32_t task) {
  running_ = task;
  began_ = used_by_thread();
}

void CpuTimes::step_ends(bool ended) {
  if (ended) {
    used_.erase(running_);
  } else {
    used_[running_] += used_by_thread() - began_;
  }
  running_ = 0;
}

Nanoseconds CpuTimes::of(std::uint32_t task) const {
  auto known = used_.find(task);
  Nanoseconds used = known != used_.end() ? known->second : 0;
  return task == running_ ? used + used_by_thread() - began_ : used;
}

}  // namespace arun::kernel
