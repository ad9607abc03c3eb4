#include "kernel/open_handles.h"

#include "kernel/failure.h"
#include "kernel/kernel.h"

namespace arun::kernel {

void OpenHandle::note_open(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  note_closed();
  const Task* task = kernel.scheduler.running();
  place_ = kernel.places.calling_line(L);
  task_id_ = 0;
  task_name_.clear();
  kept_ = false;
  if (task != nullptr) {
    // A task of arun's own has no line of the script in its stack.
    if (place_ == 0) place_ = task->origin.place;
    task_id_ = task->id;
    task_name_ = kernel::task_name(kernel, task);
  }
  kernel.open_handles.add(this);
}

void OpenHandle::note_closed() {
  if (all_ != nullptr) all_->remove(this);
}

void OpenHandles::add(OpenHandle* handle) {
  handle->all_ = this;
  handle->number_ = ++last_number_;
  handle->previous_ = last_;
  handle->next_ = nullptr;
  (last_ != nullptr ? last_->next_ : first_) = handle;
  last_ = handle;
}

void OpenHandles::remove(OpenHandle* handle) {
  (handle->previous_ != nullptr ? handle->previous_->next_ : first_) = handle->next_;
  (handle->next_ != nullptr ? handle->next_->previous_ : last_) = handle->previous_;
  handle->all_ = nullptr;
}

}  // namespace arun::kernel
