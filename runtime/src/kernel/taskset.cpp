#include "kernel/taskset.h"

#include "kernel/cancel.h"

namespace arun::kernel {

void TaskSet::push_call_of(const Task*, lua_State* L) {
  lua_pushnil(L);
}

void TaskSet::add(Task* task) {
  task->owner = this;
  task->previous = last_;
  task->next = nullptr;
  (last_ != nullptr ? last_->next : first_) = task;
  last_ = task;
  ++size_;
}

void TaskSet::remove(Task* task) {
  (task->previous != nullptr ? task->previous->next : first_) = task->next;
  (task->next != nullptr ? task->next->previous : last_) = task->previous;
  task->previous = task->next = nullptr;
  --size_;
}

void TaskSet::cancel_all(Kernel& kernel, const char* reason) {
  // Cancelling ends no task by itself: tasks only leave the set while the scheduler steps them.
  for (Task* task = first_; task != nullptr; task = task->next) cancel_task(kernel, task, reason);
}

}  // namespace arun::kernel
