#include "uv/pool_job.h"

#include <new>

#include "kernel/cancel.h"
#include "uv/error.h"

namespace arun::uv {

void PoolJob::start(kernel::Kernel& kernel) {
  in_pool_ = true;
  request_.data = this;
  auto on_pool = [](uv_work_t* request) {
    auto* self = static_cast<PoolJob*>(request->data);
    try {
      self->status_ = self->work();
    } catch (const std::bad_alloc&) {
      self->status_ = UV_ENOMEM;
    }
  };
  auto in_loop = [](uv_work_t* request, int status) {
    auto* self = static_cast<PoolJob*>(request->data);
    self->in_pool_ = false;
    if (status < 0) self->status_ = status;
    self->worked(*static_cast<kernel::Kernel*>(request->loop->data));
    if (self->disposed_) delete self;
  };
  uv_queue_work(&kernel.loop, &request_, on_pool, in_loop);  // fails only without a function to call
}

void PoolJob::worked(kernel::Kernel& kernel) {
  if (task != nullptr) kernel.scheduler.complete(this);
}

int PoolJob::finish(lua_State* L) {
  return status_ < 0 ? failed(L) : results(L);
}

int PoolJob::failed(lua_State* L) {
  return raise_error(L, status_, operation_, path());
}

kernel::Operation::CancelResult PoolJob::cancel(kernel::Kernel&) {
  task = nullptr;
  if (in_pool_ && !must_run()) {
    abandoned_.store(true, std::memory_order_relaxed);
    uv_cancel(reinterpret_cast<uv_req_t*>(&request_));  // fails when the work has begun: it then ends by itself
  }
  return CancelResult::detached;
}

void PoolJob::describe(std::string* out) const {
  *out = operation_;
  if (!path_.empty()) *out += " of " + path_;
}

void PoolJob::dispose() {
  disposed_ = true;
  if (!in_pool_) delete this;
}

bool may_suspend(lua_State* L) {
  kernel::Kernel& kernel = kernel::kernel_of(L);
  const kernel::Task* task = kernel.scheduler.running();
  return task != nullptr && kernel.blocked_at == nullptr && lua_isyieldable(L) != 0 && !kernel::deliverable(task);
}

}  // namespace arun::uv
