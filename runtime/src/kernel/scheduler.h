// Which task runs next: the ready queue, the drain, the life of a task from spawn to end.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <lua.hpp>

#include "kernel/task.h"
#include "kernel/taskset.h"

namespace arun::kernel {

struct Kernel;
class CpuTimes;
class Supervisor;

class Scheduler {
 public:
  explicit Scheduler(Kernel& kernel) : kernel_(kernel) {}

  // Creates a task that will run the call on top of L (a coroutine object, see call.h; popped). May raise, having done
  // nothing. The task is ready, and starts at the creator's next suspension.
  Task* spawn(lua_State* L, TaskSet* owner);
  // The same for a call that is kept already until the task starts: by the owner (TaskSet::push_call_of), unless the
  // task is given an anchor.
  Task* spawn_kept(Origin origin, TaskSet* owner);

  // The operation has its results: its task becomes ready.
  void complete(Operation* operation);
  // The waiting task becomes ready for another reason.
  void wake(Task* task, Wake wake);
  // Puts the running task behind all that are ready.
  void requeue(Task* task);

  // The running task's step did much: the drain looks at the clock after it.
  void note_long_step() { long_step_ = true; }

  bool has_ready() const { return first_ready_ != nullptr; }

  // The running task is suspended because its time slice is over; the drain ends, so that timers are looked at.
  void preempt(Task* task);

  // Runs ready tasks in FIFO order; stops after a bounded time, so that I/O is polled.
  void drain();

  // The task that runs at the moment; null outside the drain.
  Task* running() const { return running_; }

  // How many steps there were. May be read in a signal handler that interrupted the loop's thread.
  std::uint64_t steps() const { return steps_; }

  // For suspend(): tells the resume that a yield is a suspension and not a coroutine's own.
  void mark_suspended() { suspended_ = true; }
  bool suspended() const { return suspended_; }

  // Somebody took note of how the task ended: nothing is to be reported.
  void observe(Task* task);
  // The handle was collected.
  void handle_gone(Task* task);
  // Calls visit(context, task) for each task that has not ended.
  void for_each_task(void (*visit)(void* context, Task* task), void* context);
  // Reports the failures that nobody took note of so far.
  void report_failures();

  // At teardown: what the tasks wait for lets go of them; they never run again.
  void abandon_all();

  // Null, but in a test.
  void set_supervisor(Supervisor* supervisor) { supervisor_ = supervisor; }
  Supervisor* supervisor() const { return supervisor_; }
  // Measures what the tasks use from now on. Null: no longer, and it costs nothing.
  void set_cpu_times(CpuTimes* times) { cpu_times_ = times; }
  const CpuTimes* cpu_times() const { return cpu_times_; }
  // The number that the next task gets: they rise in the order of creation.
  std::uint32_t next_id() const { return next_id_; }

  // Tasks that have not ended.
  std::uint64_t alive() const { return alive_; }

 private:
  // Failed tasks whose handle may still be awaited.
  struct Unreported final : TaskSet {
    bool child_done(Task*, lua_State*, int) override { return false; }
  };

  void step(Task* task);
  void timed_step(Task* task);
  bool start(Task* task, int* arguments);
  void finish(Task* task, lua_State* L, int count);
  void report_failure(Task* task);
  Task* new_task();
  void free_task(Task* task);
  void append_ready(Task* task);
  Task* take_ready();
  Task* take_chosen();
  void fetch_ahead() const;

  Kernel& kernel_;
  Task* running_ = nullptr;
  Task* first_ready_ = nullptr;
  Task* last_ready_ = nullptr;
  Supervisor* supervisor_ = nullptr;
  // The number of the step that runs; with which of them the drain ends.
  std::uint64_t steps_ = 0;
  std::uint64_t last_of_drain_ = 0;
  CpuTimes* cpu_times_ = nullptr;
  bool suspended_ = false;
  bool long_step_ = false;
  std::uint32_t next_id_ = 1;
  std::uint64_t alive_ = 0;
  Unreported unreported_;
  Task* free_tasks_ = nullptr;  // linked by next_ready
  std::vector<std::unique_ptr<Task[]>> slabs_;
};

}  // namespace arun::kernel
