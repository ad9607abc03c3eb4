// How much CPU time each task has used. Measured only while somebody looks into the program: it costs a system call or
// two a step.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "kernel/timers.h"

namespace arun::kernel {

class CpuTimes {
 public:
  // Around each step of a task, whose number this is. `ended`: it will have no other.
  void step_begins(std::uint32_t task);
  void step_ends(bool ended);

  // What the task has used since the measuring began, the step that runs included.
  Nanoseconds of(std::uint32_t task) const;

 private:
  std::unordered_map<std::uint32_t, Nanoseconds> used_;  // by the tasks that have not ended
  std::uint32_t running_ = 0;
  Nanoseconds began_ = 0;
};

}  // namespace arun::kernel
