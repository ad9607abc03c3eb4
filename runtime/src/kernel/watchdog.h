// Looks at the running task from time to time, by a signal, while anybody wants to know how long it holds the loop:
// reports of slow steps, time slices, the test runner's limit. What is to be done about it is done at a safe point.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <lua.hpp>

#include "kernel/safe_point.h"
#include "kernel/thread_signal.h"
#include "kernel/timers.h"

namespace arun::kernel {

struct Kernel;
struct Task;

// Who limits how long one step of a task may last: set_step_limit.
class StepLimit {
 public:
  // The task's step lasts longer; where, as text. Whether the task is to be cancelled.
  virtual bool step_too_long(Task* task, const std::string& where) = 0;

 protected:
  ~StepLimit() = default;
};

class Watchdog final : public ThreadSignal::Listener {
 public:
  explicit Watchdog(Kernel& kernel);

  // Each of these gives false, and changes nothing, when the system has no timer left.

  // A task that holds the loop longer than this is reported while it runs, and again whenever the time has doubled;
  // 0 = none is.
  bool set_slow_callback(Nanoseconds limit);
  // How long a step of the task lasts before the others get their turn; 0 = as long as it likes. Of this task:
  bool set_time_slice(Task* task, Nanoseconds slice);
  // Of all tasks made from now on:
  bool set_default_time_slice(Nanoseconds slice);
  // A task whose step lasts longer than this is cancelled, as Ctrl-C does it, if `who` says so. Should it go on all the
  // same, or its clean-up last as long, an error breaks into it each time the limit has passed again. 0 and null = none
  // is.
  bool set_step_limit(Nanoseconds limit, StepLimit* who);

  // For the scheduler. A drain began and ended.
  void drain_began() {
    draining_.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_relaxed)) wake_up();
  }
  void drain_ended() { draining_.store(false, std::memory_order_relaxed); }
  // What a new task gets for its Task::time_slice; a task that has one ended.
  std::uint32_t time_slice_of_new_task() {
    if (default_slice_ != 0) add_slice(default_slice_);
    return default_slice_;
  }
  void sliced_task_ended();
  // A task whose slice was over runs again.
  void resume_preempted(Task* task);

  // All is turned off.
  void close();

  void signalled() override;

 private:
  struct Report final : AtSafePoint {
    explicit Report(Watchdog& watchdog) : AtSafePoint(Deed::looks, LUA_MASKCOUNT | LUA_MASKRET), of(watchdog) {}
    void reached(lua_State* L, lua_Debug* ar) override;
    Watchdog& of;
  };
  struct Stop final : AtSafePoint {
    explicit Stop(Watchdog& watchdog) : AtSafePoint(Deed::raises, LUA_MASKLINE), of(watchdog) {}
    bool suits(lua_State* L, lua_Debug* ar) override { return between_statements(L, ar); }
    void reached(lua_State* L, lua_Debug* ar) override;
    Watchdog& of;
  };
  struct Preempt final : AtSafePoint {
    explicit Preempt(Watchdog& watchdog) : AtSafePoint(Deed::suspends, LUA_MASKLINE), of(watchdog) {}
    bool suits(lua_State* L, lua_Debug* ar) override { return between_statements(L, ar); }
    void reached(lua_State* L, lua_Debug* ar) override;
    Watchdog& of;
  };

  struct Cancel final : AtSafePoint {
    explicit Cancel(Watchdog& watchdog)
        : AtSafePoint(Deed::raises, LUA_MASKCALL | LUA_MASKLINE | LUA_MASKCOUNT), of(watchdog) {}
    bool suits(lua_State* L, lua_Debug* ar) override;
    void reached(lua_State* L, lua_Debug* ar) override;
    Watchdog& of;
  };

  bool retime();
  void add_slice(std::uint32_t slice);
  void wake_up();
  void look_again();
  Nanoseconds held() const { return uv_hrtime() - seen_at_; }
  void look_at(const Task* task, Nanoseconds held);

  Kernel& kernel_;
  ThreadSignal signal_;
  Report report_{*this};
  Stop stop_{*this};
  Preempt preempt_{*this};
  Cancel cancel_{*this};

  Nanoseconds slow_callback_ = 0;
  Nanoseconds step_limit_ = 0;
  StepLimit* limits_step_ = nullptr;
  std::uint32_t default_slice_ = 0;
  std::uint64_t sliced_tasks_ = 0;
  std::uint32_t shortest_slice_ = 0;  // since there were none

  Nanoseconds period_ = 0;  // between two looks; 0 = there are none
  std::atomic<bool> draining_{false};
  std::atomic<bool> asleep_{false};  // nothing runs: the timer is stopped until the next drain
  int idle_looks_ = 0;
  std::uint64_t seen_step_ = 0;  // the step that ran at the last look, and when it was seen first
  Nanoseconds seen_at_ = 0;
  Nanoseconds next_report_ = 0;  // when it has lasted so long
  Nanoseconds report_asked_at_ = 0;
  Nanoseconds preempt_cost_ = 0;
};

}  // namespace arun::kernel
