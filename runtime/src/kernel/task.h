// A task: one running Lua thread that the scheduler owns, from its creation to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include <lua.hpp>

#include "kernel/operation.h"
#include "kernel/places.h"

namespace arun::kernel {

class TaskSet;
class Waiter;
struct CancelState;
struct Context;

enum class TaskState : std::uint8_t { created, ready, running, waiting, done };
enum class Outcome : std::uint8_t { none, value, error, cancelled };

// Why a waiting task is about to run again.
enum class Wake : std::uint8_t {
  completed,  // its operation has results, which must not be lost
  idle,       // its operation is over and has none: a cancellation that comes before the task runs still takes it
  cancelled,
};

// Others who want to know when a task ends. An intrusive ring, so that leaving it costs nothing.
class Waiter {
 public:
  virtual void task_done(Task* task) = 0;
  // Whether the task ends for it: one that only looks on leaves `only waiter` to others.
  virtual bool looks_on() const { return false; }
  // The runtime ends before the task does.
  virtual void abandoned() {}
  void leave();
  // The task it waits for; null when it waits for none.
  Task* target() const { return target_; }

 protected:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() = default;

 private:
  friend struct Task;
  Task* target_ = nullptr;
  Waiter* previous_ = nullptr;
  Waiter* next_ = nullptr;
};

struct Task {
  // The largest operation that lives inside its task instead of on the heap.
  static constexpr std::size_t kInlineOperation = 48;

  lua_State* thread = nullptr;  // from the first step to the end
  union {
    Task* next_ready = nullptr;  // in the ready queue
    std::uint32_t waits_since;   // while it waits: Kernel::clock when it was suspended
  };
  Task* previous = nullptr;  // among the children of `owner`
  Task* next = nullptr;
  TaskSet* owner = nullptr;
  Operation* operation = nullptr;
  CancelState* cancel = nullptr;  // made by the first scope or request
  Waiter* waiters = nullptr;
  Context* context = nullptr;  // context variables; null = none set
  std::unique_ptr<std::string> name;
  std::uint32_t anchor = 0;       // keeps its call until it starts, or its handle until it ends (Anchors); 0 = neither
  std::uint32_t thread_slot = 0;  // of `thread` (Threads)
  std::uint32_t index = 0;        // for the owner: which of its children this is
  Origin origin;
  std::uint32_t id = 0;
  std::uint32_t came_from = 0;   // anchor of the last failure raised here, by an await or by itself; 0 = none
  std::uint32_t results = 0;     // how many; more than one lie packed in a table
  std::uint32_t time_slice = 0;  // microseconds that a step may last before others get their turn; 0 = no limit
  TaskState state = TaskState::created;
  Outcome outcome = Outcome::none;
  Wake wake = Wake::completed;
  bool failed : 1 = false;      // `came_from` is of its own making (failure.h)
  bool has_handle : 1 = false;  // a Lua handle refers to it, which frees it when collected
  bool observed : 1 = false;    // somebody took note of its outcome: nothing to report
  bool preempted : 1 = false;   // it was suspended because its time slice was over (watchdog.h)
  bool unreported : 1 = false;  // it failed, is in Scheduler::unreported, and its anchor holds the failure

  alignas(void*) std::byte inline_operation[kInlineOperation];

  bool done() const { return state == TaskState::done; }

  // Makes an operation in the task's own storage. It ends with the next suspension: its dispose() has nothing to do.
  template <class Op, class... Arguments>
  Op* emplace(Arguments&&... arguments) {
    static_assert(sizeof(Op) <= kInlineOperation && alignof(Op) <= alignof(void*));
    return new (inline_operation) Op(std::forward<Arguments>(arguments)...);
  }

  void add_waiter(Waiter* waiter);
  // Whether nobody else waits for the task, but for those who look on.
  bool only_waiter(const Waiter* waiter) const;
  // Tells all who wait, in the order they came.
  void notify_waiters();
};

}  // namespace arun::kernel
