// Somebody who looks over the scheduler's shoulder: the test runner. There is none in an ordinary run, which costs a
// comparison a step.
#pragma once

#include <cstddef>

namespace arun::kernel {

struct Task;

class Supervisor {
 public:
  // Which of the ready tasks, linked by next_ready, runs next; 0 is the first.
  virtual std::size_t choose(const Task* first_ready) = 0;
  // The task was suspended just now.
  virtual void suspended(Task* task) = 0;
  // Tasks wait and nothing can wake them. Whether something was done about it.
  virtual bool deadlocked() = 0;

 protected:
  ~Supervisor() = default;
};

}  // namespace arun::kernel
