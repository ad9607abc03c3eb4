// An Operation whose work is done by a thread of libuv's pool.
//
//   int stat(lua_State* L) {
//     const char* path = lua::check_path(L, 1);
//     return uv::run<StatJob>(L, path);
//   }
//
// The object owns all that the pool thread touches. It lives until both its task and libuv have let go of it; a
// resource that nobody claimed (an opened descriptor) is released by its destructor, always on the loop's thread.
#pragma once

#include <uv.h>

#include <atomic>
#include <new>
#include <string>
#include <utility>

#include "kernel/kernel.h"
#include "kernel/operation.h"
#include "kernel/suspend.h"
#include "lua/error.h"

namespace arun::uv {

class PoolJob : public kernel::Operation {
 public:
  // Hands the work to the pool.
  void start(kernel::Kernel& kernel);

  int finish(lua_State* L) override;
  CancelResult cancel(kernel::Kernel& kernel) override;
  void describe(std::string* out) const override;
  void dispose() override;

 protected:
  // `operation` is a word with static storage ("open"); errors and the description name it and the path.
  PoolJob(const char* operation, const char* path) : operation_(operation), path_(path) {}
  virtual ~PoolJob() = default;

  // On the pool thread: does the work with what the object owns; 0, or a negative libuv status (a negated errno).
  virtual int work() = 0;
  // On the waiting thread, after work() gave 0: pushes the results. May raise, hence owns nothing in its frame.
  virtual int results(lua_State* L) = 0;
  // On the waiting thread, after work() gave another status: raises.
  virtual int failed(lua_State* L);
  // In the loop, when the pool is through with the job, which it may have cancelled before it began (`status`).
  virtual void worked(kernel::Kernel& kernel);
  // Whether a cancelled job is to be done nevertheless (something is to be closed, removed): then its work is not
  // taken back from the pool, and does not see abandoned().
  virtual bool must_run() const { return false; }

  // For work(), between its steps: the result is not wanted any longer.
  bool abandoned() const { return abandoned_.load(std::memory_order_relaxed); }
  // The same, for what work() calls.
  const std::atomic<bool>* abandoned_flag() const { return &abandoned_; }

  const char* operation() const { return operation_; }
  // For work(): what it does from here on, for errors. Of static storage too.
  void set_operation(const char* operation) { operation_ = operation; }
  const char* path() const { return path_.c_str(); }
  int status() const { return status_; }
  void set_status(int status) { status_ = status; }
  bool in_pool() const { return in_pool_; }

 private:
  std::atomic<const char*> operation_;
  std::string path_;
  int status_ = 0;
  bool in_pool_ = false;
  bool disposed_ = false;
  std::atomic<bool> abandoned_{false};
  uv_work_t request_{};
};

// Makes an operation. It copies what the script gave, which may be more than there is memory for: then it raises.
template <class Operation, class... Arguments>
Operation* make(lua_State* L, Arguments&&... arguments) {
  try {
    return new Operation(std::forward<Arguments>(arguments)...);
  } catch (const std::bad_alloc&) {
  }
  lua::raise_out_of_memory(L);
}

// Makes the job, starts it and suspends the running task on it: the end of a binding function.
template <class Job, class... Arguments>
int run(lua_State* L, Arguments&&... arguments) {
  kernel::Task* task = kernel::begin_suspend(L);
  Job* job = make<Job>(L, std::forward<Arguments>(arguments)...);
  job->start(kernel::kernel_of(L));
  return kernel::suspend(L, task, job);
}

// Starts a job that nobody waits for.
inline void run_detached(kernel::Kernel& kernel, PoolJob* job) {
  job->start(kernel);
  job->dispose();
}

// Whether the running function could suspend now without an error: what a clean-up asks that would rather wait for the
// pool but must do its work in any case.
bool may_suspend(lua_State* L);

}  // namespace arun::uv
