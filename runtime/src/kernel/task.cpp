#include "kernel/task.h"

namespace arun::kernel {

Task* Operation::let_go() {
  Task* from = task;
  if (from != nullptr) from->operation = nullptr;
  task = nullptr;
  return from;
}

void Task::add_waiter(Waiter* waiter) {
  waiter->target_ = this;
  if (waiters == nullptr) {
    waiter->previous_ = waiter->next_ = waiter;
    waiters = waiter;
    return;
  }
  waiter->next_ = waiters;
  waiter->previous_ = waiters->previous_;
  waiter->previous_->next_ = waiter;
  waiters->previous_ = waiter;
}

bool Task::only_waiter(const Waiter* waiter) const {
  for (const Waiter* other = waiter->next_; other != waiter; other = other->next_) {
    if (!other->looks_on()) return false;
  }
  return true;
}

void Task::notify_waiters() {
  while (waiters != nullptr) {
    Waiter* first = waiters;
    first->leave();
    first->task_done(this);
  }
}

void Waiter::leave() {
  if (target_ == nullptr) return;
  if (next_ == this) {
    target_->waiters = nullptr;
  } else {
    if (target_->waiters == this) target_->waiters = next_;
    previous_->next_ = next_;
    next_->previous_ = previous_;
  }
  previous_ = next_ = nullptr;
  target_ = nullptr;
}

}  // namespace arun::kernel
