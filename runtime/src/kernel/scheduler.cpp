#include "kernel/scheduler.h"

#include "kernel/call.h"
#include "kernel/cancel.h"
#include "kernel/context.h"
#include "kernel/cpu_times.h"
#include "kernel/failure.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "kernel/report.h"
#include "kernel/supervisor.h"

namespace arun::kernel {
namespace {

constexpr std::size_t kTasksPerSlab = 64;

// A drain ends after so many steps, or so long, whatever comes first; the clock is read only now and then.
constexpr std::uint64_t kStepsPerDrain = 4096;
constexpr std::uint64_t kStepsPerClock = 64;
constexpr Nanoseconds kDrainTime = 2'000'000;

// The outermost function of every task's thread. The function proper runs under a protected call inside the
// coroutine: when it fails its <close> variables are closed, and may await, before the task ends.
int body_done(lua_State* L, int status, lua_KContext) {
  Task* task = kernel_of(L).scheduler.running();
  bool cancelled = cancel_requested(task);
  if (status != LUA_OK && status != LUA_YIELD) {
    bool own = is_own_cancellation(L, -1, task);
    if (own && !cancelled) explain_unclosed_limit(L, kernel_of(L), task);
    task->outcome = own && cancelled ? Outcome::cancelled : Outcome::error;
    return 1;
  }
  // A request that nothing waited for since: the task ends cancelled.
  task->outcome = cancelled && !task->cancel->root.unwinding() ? Outcome::cancelled : Outcome::value;
  int count = lua_gettop(L) - 1;
  task->results = static_cast<std::uint32_t>(count);
  if (count > 1 && task->has_handle) {
    lua_createtable(L, count, 0);
    lua_insert(L, 2);
    for (int i = count; i > 0; --i) lua_rawseti(L, 2, i);
    return 1;
  }
  return count;
}

int body(lua_State* L) {
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, body_done);
  return body_done(L, status, 0);
}

}  // namespace

Task* Scheduler::new_task() {
  if (free_tasks_ == nullptr) {
    slabs_.push_back(std::make_unique<Task[]>(kTasksPerSlab));
    for (std::size_t i = kTasksPerSlab; i > 0; --i) {
      Task* task = &slabs_.back()[i - 1];
      task->next_ready = free_tasks_;
      free_tasks_ = task;
    }
  }
  Task* task = free_tasks_;
  free_tasks_ = task->next_ready;
  return task;
}

void Scheduler::free_task(Task* task) {
  delete task->cancel;
  task->~Task();
  new (task) Task;
  task->next_ready = free_tasks_;
  free_tasks_ = task;
}

Task* Scheduler::spawn(lua_State* L, TaskSet* owner) {
  Origin origin = static_cast<const Call*>(lua_touserdata(L, -1))->origin;
  std::uint32_t anchor = kernel_.anchors.add(L);
  Task* task = spawn_kept(origin, owner);
  task->anchor = anchor;
  return task;
}

Task* Scheduler::spawn_kept(Origin origin, TaskSet* owner) {
  Task* task = new_task();
  task->origin = origin;
  task->id = next_id_++;
  task->time_slice = kernel_.watchdog.time_slice_of_new_task();
  if (running_ != nullptr) task->context = share_context(running_->context);
  owner->add(task);
  ++alive_;
  append_ready(task);
  return task;
}

void Scheduler::append_ready(Task* task) {
  task->state = TaskState::ready;
  task->next_ready = nullptr;
  (last_ready_ != nullptr ? last_ready_->next_ready : first_ready_) = task;
  last_ready_ = task;
}

void Scheduler::complete(Operation* operation) {
  wake(operation->task, Wake::completed);
}

void Scheduler::wake(Task* task, Wake wake) {
  task->wake = wake;
  append_ready(task);
}

void Scheduler::requeue(Task* task) {
  wake(task, Wake::idle);
}

void Scheduler::preempt(Task* task) {
  task->preempted = true;
  requeue(task);
  mark_suspended();
  last_of_drain_ = steps_;
}

// The tasks that run next are seldom in the cache: what they need first is on its way while this one runs.
inline void Scheduler::fetch_ahead() const {
  if (first_ready_ == nullptr) return;
  const Task* second = first_ready_->next_ready;
  __builtin_prefetch(first_ready_->thread);
  __builtin_prefetch(second);
  __builtin_prefetch(reinterpret_cast<const std::byte*>(second) + 64);
}

inline Task* Scheduler::take_ready() {
  if (supervisor_ != nullptr) return take_chosen();
  Task* task = first_ready_;
  first_ready_ = task->next_ready;
  if (first_ready_ == nullptr) last_ready_ = nullptr;
  return task;
}

Task* Scheduler::take_chosen() {
  Task* before = nullptr;
  Task* task = first_ready_;
  for (std::size_t i = supervisor_->choose(first_ready_); i > 0; --i) {
    before = task;
    task = task->next_ready;
  }
  (before != nullptr ? before->next_ready : first_ready_) = task->next_ready;
  if (last_ready_ == task) last_ready_ = before;
  return task;
}

void Scheduler::drain() {
  Nanoseconds began = 0;
  last_of_drain_ = steps_ + kStepsPerDrain;
  kernel_.watchdog.drain_began();
  while (first_ready_ != nullptr && steps_ != last_of_drain_) {
    Task* task = take_ready();
    fetch_ahead();
    cpu_times_ == nullptr ? step(task) : timed_step(task);
    if (steps_ % kStepsPerClock == 0 || long_step_) {
      long_step_ = false;
      Nanoseconds now = uv_hrtime();
      kernel_.clock = to_milliseconds(now);
      if (began == 0) began = now;
      if (now - began > kDrainTime) break;
    }
  }
  kernel_.watchdog.drain_ended();
}

// Gives the task a thread with its body and arguments; false, with an error on the holder's stack, when memory is out.
bool Scheduler::start(Task* task, int* arguments) {
  Threads::Thread thread = kernel_.threads.acquire();
  if (thread.state == nullptr) return false;
  task->thread = thread.state;
  task->thread_slot = thread.slot;
  set_parked(thread.state, true);  // only the scheduler may resume it, whoever gets hold of it
  lua_pushcfunction(thread.state, body);
  lua_pushcfunction(thread.state, failure_handler);
  int count = 0;
  if (task->anchor == 0) {
    task->owner->push_call_of(task, thread.state);
    count = unpack_call(thread.state);
  } else if (task->has_handle) {
    kernel_.anchors.push(thread.state, task->anchor);
    count = unpack_handle(thread.state);
  } else {
    kernel_.anchors.push(thread.state, task->anchor);
    kernel_.anchors.release(task->anchor);
    task->anchor = 0;
    count = unpack_call(thread.state);
  }
  if (count < 0) {
    lua_settop(thread.state, 0);
    lua_pushliteral(kernel_.holder, "too many arguments for a task");
    return false;
  }
  *arguments = count + 1;
  return true;
}

void Scheduler::step(Task* task) {
  ++steps_;
  running_ = task;
  int count = 0;
  if (task->thread == nullptr) {
    if (cancel_requested(task)) {
      task->outcome = Outcome::cancelled;
      if (task->has_handle) forget_call(kernel_, task);
      return finish(task, kernel_.holder, 0);
    }
    if (!start(task, &count)) {
      task->outcome = Outcome::error;
      finish(task, kernel_.holder, 1);
      return lua_pop(kernel_.holder, 1);
    }
  }
  task->state = TaskState::running;
  kernel_.innermost = task->thread;
  if (task->preempted) [[unlikely]]
    kernel_.watchdog.resume_preempted(task);
  int status = lua_resume(task->thread, nullptr, count, &count);
  kernel_.innermost = nullptr;
  kernel_.safe_points.innermost_changed();
  if (kernel_.young_calls != 0) watch_unused_calls(kernel_);
  if (status == LUA_YIELD && suspended_) {
    suspended_ = false;
    running_ = nullptr;
    if (supervisor_ != nullptr) supervisor_->suspended(task);
    return;
  }
  if (status == LUA_YIELD) {
    // A C library yielded on its own, and nobody is there to resume it.
    lua_resetthread(task->thread);
    lua_settop(task->thread, 0);
    lua_pushliteral(task->thread, "attempt to yield from outside a coroutine");
    count = 1;
  } else if (status != LUA_OK) {
    count = 1;  // the protected call itself failed: out of memory, or an error in the message handler
  }
  if (status != LUA_OK) task->outcome = Outcome::error;
  finish(task, task->thread, count);
}

void Scheduler::timed_step(Task* task) {
  std::uint32_t id = task->id;
  CpuTimes* times = cpu_times_;
  times->step_begins(id);
  step(task);
  // The memory of a task that ended is still a task's.
  times->step_ends(task->id != id || task->done());
}

// What the task ended with lies on top of L.
void Scheduler::finish(Task* task, lua_State* L, int count) {
  task->state = TaskState::done;
  --alive_;
  if (task->time_slice != 0) kernel_.watchdog.sliced_task_ended();
  task->time_slice = 0;
  if (task->outcome == Outcome::error) wrap_failure(L, task);
  if (Operation* done = task->operation) {
    task->operation = nullptr;
    done->dispose();
  }
  if (count > 1) {
    lua_settop(L, lua_gettop(L) - count + 1);  // only a handle keeps more than the first result
    count = 1;
  }
  if (task->has_handle) keep_outcome(L, task, count);
  forget_scopes(task);
  task->notify_waiters();
  task->owner->remove(task);
  if (task->owner->child_done(task, L, count)) task->observed = true;
  bool unnoticed = task->outcome == Outcome::error && !task->observed;
  if (unnoticed && !task->has_handle) kernel::report_failure(kernel_, L, lua_gettop(L));
  running_ = nullptr;
  release_context(kernel_, task->context);
  task->context = nullptr;
  if (task->came_from != 0) kernel_.anchors.release(task->came_from);
  task->came_from = 0;
  if (unnoticed && task->has_handle) {
    lua_pushvalue(L, -1);
    kernel_.anchors.replace(L, task->anchor);
    task->unreported = true;
    unreported_.add(task);
  } else if (task->anchor != 0) {
    kernel_.anchors.release(task->anchor);
  }
  if (task->thread != nullptr) kernel_.threads.release({task->thread, task->thread_slot});
  task->thread = nullptr;
  if (!task->has_handle) free_task(task);
}

void Scheduler::observe(Task* task) {
  task->observed = true;
  if (!task->unreported) return;
  task->unreported = false;
  unreported_.remove(task);
  kernel_.anchors.release(task->anchor);
}

void Scheduler::handle_gone(Task* task) {
  task->has_handle = false;
  if (!task->done()) return;
  if (task->unreported) report_failure(task);
  free_task(task);
}

void Scheduler::report_failures() {
  while (Task* task = unreported_.first()) report_failure(task);
}

void Scheduler::report_failure(Task* task) {
  kernel_.anchors.push(kernel_.holder, task->anchor);
  kernel::report_failure(kernel_, kernel_.holder, lua_gettop(kernel_.holder));
  lua_pop(kernel_.holder, 1);
  observe(task);
}

void Scheduler::for_each_task(void (*visit)(void* context, Task* task), void* context) {
  for (auto& slab : slabs_) {
    for (std::size_t i = 0; i < kTasksPerSlab; ++i) {
      Task* task = &slab[i];
      if (task->owner != nullptr && !task->done()) visit(context, task);
    }
  }
}

void Scheduler::abandon_all() {
  for_each_task(
      [](void* kernel, Task* task) {
        if (Operation* operation = task->operation) {
          task->operation = nullptr;
          if (task->state == TaskState::waiting) operation->cancel(*static_cast<Kernel*>(kernel));
          operation->dispose();
        }
        while (Waiter* waiter = task->waiters) {
          waiter->leave();
          waiter->abandoned();
        }
        forget_scopes(task);
        delete task->cancel;
        task->cancel = nullptr;
        task->owner->remove(task);
        task->owner = nullptr;
        release_context(*static_cast<Kernel*>(kernel), task->context);
        task->context = nullptr;
      },
      &kernel_);
  first_ready_ = last_ready_ = nullptr;
  alive_ = 0;
}

}  // namespace arun::kernel
