#include "kernel/watchdog.h"

#include <algorithm>
#include <cstring>

#include "kernel/cancel.h"
#include "kernel/kernel.h"
#include "kernel/report.h"
#include "kernel/suspend.h"
#include "lua/place.h"

namespace arun::kernel {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr Nanoseconds kMicrosecond = 1000;

// How many looks a limit is divided into, and the least time between two. A step is noticed at the first look after
// its beginning, so that it may last longer than it was given by one part.
constexpr Nanoseconds kLooks = 4;
constexpr Nanoseconds kShortestPeriod = 50 * kMicrosecond;  // a signal costs up to 5
// Asking takes longer the deeper the stack is. A slice is longer by so many times what that took the last time.
constexpr Nanoseconds kCostShare = 4;
// The timer is stopped when it found nothing running so many times.
constexpr int kIdleLooks = 4;

std::uint32_t to_microseconds(Nanoseconds time) {
  if (time == 0) return 0;
  return static_cast<std::uint32_t>(std::clamp<Nanoseconds>(time / kMicrosecond, 1, UINT32_MAX));
}

}  // namespace

Watchdog::Watchdog(Kernel& kernel) : kernel_(kernel) {
  kernel.safe_points.add(&report_);
  kernel.safe_points.add(&stop_);
  kernel.safe_points.add(&preempt_);
  kernel.safe_points.add(&cancel_);
}

void Watchdog::close() {
  slow_callback_ = step_limit_ = 0;
  default_slice_ = shortest_slice_ = 0;
  retime();
}

bool Watchdog::set_slow_callback(Nanoseconds limit) {
  Nanoseconds before = slow_callback_;
  slow_callback_ = next_report_ = limit;
  if (retime()) return true;
  slow_callback_ = before;
  return false;
}

bool Watchdog::set_default_time_slice(Nanoseconds slice) {
  std::uint32_t before = default_slice_;
  default_slice_ = to_microseconds(slice);
  if (retime()) return true;
  default_slice_ = before;
  return false;
}

bool Watchdog::set_time_slice(Task* task, Nanoseconds slice) {
  std::uint32_t before = task->time_slice;
  task->time_slice = to_microseconds(slice);
  if (task->time_slice != 0) add_slice(task->time_slice);
  if (before != 0) sliced_task_ended();
  if (retime()) return true;
  if (task->time_slice != 0) sliced_task_ended();
  task->time_slice = 0;
  return false;
}

void Watchdog::add_slice(std::uint32_t slice) {
  ++sliced_tasks_;
  shortest_slice_ = shortest_slice_ == 0 ? slice : std::min(shortest_slice_, slice);
}

void Watchdog::sliced_task_ended() {
  if (--sliced_tasks_ > 0) return;
  shortest_slice_ = 0;
  retime();
}

bool Watchdog::set_step_limit(Nanoseconds limit, StepLimit* who) {
  Nanoseconds before = step_limit_;
  step_limit_ = limit;
  if (!retime()) {
    step_limit_ = before;
    return false;
  }
  limits_step_ = who;
  return true;
}

// Looks as often as what is wanted needs.
bool Watchdog::retime() {
  Nanoseconds shortest = 0;
  for (Nanoseconds limit :
       {slow_callback_, step_limit_, default_slice_ * kMicrosecond, shortest_slice_ * kMicrosecond}) {
    if (limit != 0 && (shortest == 0 || limit < shortest)) shortest = limit;
  }
  Nanoseconds period = shortest == 0 ? 0 : std::max(shortest / kLooks, kShortestPeriod);
  if (period == period_) return true;
  if (period == 0) {
    signal_.close();
  } else {
    if (!signal_.is_open() && !signal_.open(this)) return false;
    signal_.tick(period);
  }
  period_ = period;
  asleep_.store(false, kRelaxed);
  return true;
}

void Watchdog::wake_up() {
  asleep_.store(false, kRelaxed);
  idle_looks_ = 0;
  signal_.tick(period_);
}

// In the signal handler.
void Watchdog::signalled() {
  const Task* task = kernel_.scheduler.running();
  if (task == nullptr || kernel_.innermost == nullptr) {  // it may have ended just now
    seen_step_ = 0;
    if (draining_.load(kRelaxed) || asleep_.load(kRelaxed) || ++idle_looks_ < kIdleLooks) return;
    asleep_.store(true, kRelaxed);
    signal_.tick(0);
    return;
  }
  idle_looks_ = 0;
  std::uint64_t step = kernel_.scheduler.steps();
  if (step != seen_step_) {
    seen_step_ = step;
    look_again();
    return;
  }
  look_at(task, held());
}

// From now on the step counts as begun.
void Watchdog::look_again() {
  seen_at_ = uv_hrtime();
  next_report_ = slow_callback_;
}

void Watchdog::look_at(const Task* task, Nanoseconds held) {
  if (slow_callback_ != 0 && held >= next_report_) {
    if (report_asked_at_ < seen_at_) report_asked_at_ = seen_at_ + held;
    kernel_.safe_points.ask(&report_);
  }
  if (step_limit_ != 0 && held >= step_limit_) kernel_.safe_points.ask(&stop_);
  // The looks come at a pace that is not exact. A hook for counts begins to count anew when it is set again, so it
  // might never be called; one for calls might be called twice for one.
  if (task->time_slice != 0 && held + period_ / 2 >= task->time_slice * kMicrosecond + kCostShare * preempt_cost_ &&
      (kernel_.safe_points.own_events() & (LUA_MASKCOUNT | LUA_MASKCALL)) == 0) {
    Nanoseconds before = uv_hrtime();
    kernel_.safe_points.ask(&preempt_);
    preempt_cost_ = uv_hrtime() - before;
  }
}

void Watchdog::Report::reached(lua_State* L, lua_Debug* ar) {
  Nanoseconds held = of.held();
  of.next_report_ = 2 * held;
  Nanoseconds waited = of.seen_at_ + held - of.report_asked_at_;
  of.report_asked_at_ = 0;
  report_slow(of.kernel_, L, ar, held, waited > of.period_ ? waited : 0);
}

void Watchdog::Stop::reached(lua_State* L, lua_Debug* ar) {
  Kernel& kernel = of.kernel_;
  if (of.limits_step_ == nullptr) return;
  Task* task = kernel.scheduler.running();
  bool too_long = of.limits_step_->step_too_long(task, describe_slow(kernel, L, ar, of.held(), 0));
  of.look_again();
  if (!too_long) return;
  cancel_task(kernel, task, "it held the loop for too long");
  raise_cancellation(L, kernel, task);
}

void Watchdog::Preempt::reached(lua_State* L, lua_Debug*) {
  Kernel& kernel = of.kernel_;
  // Beneath a C function that cannot yield: a later look tries again.
  if (kernel.blocked_at != nullptr || !lua_isyieldable(L)) return;
  of.seen_step_ = kernel.scheduler.steps() + 1;  // begins at once
  of.look_again();
  preempt(L);
}

// Its cancellation is raised where it was suspended: there is no continuation of ours that could do so.
void Watchdog::resume_preempted(Task* task) {
  task->preempted = false;
  if (task->wake == Wake::cancelled) kernel_.safe_points.ask(&cancel_);
}

// The first event after that: the call of a function, before it does anything, or the next instruction; but in no
// <close> handler, nor in its place: clean-up that has begun is not broken off.
bool Watchdog::Cancel::suits(lua_State* L, lua_Debug* ar) {
  lua_Debug running;
  if (ar->event == LUA_HOOKTAILCALL || lua_getstack(L, ar->event == LUA_HOOKCALL ? 1 : 0, &running) == 0) return false;
  lua_getinfo(L, "S", &running);
  if (*running.what == 'C' || lua::is_own_part(running.source)) return false;
  for (int level = 0; lua_getstack(L, level, &running) != 0; ++level) {
    lua_getinfo(L, "n", &running);
    if (std::strcmp(running.namewhat, "metamethod") == 0 && std::strcmp(running.name, "close") == 0) return false;
  }
  return true;
}

void Watchdog::Cancel::reached(lua_State* L, lua_Debug*) {
  Task* task = of.kernel_.scheduler.running();
  if (task->cancel->pending) raise_pending(L, of.kernel_, task);
}

}  // namespace arun::kernel
