// What a suspended task waits for. Three verbs act on it: suspend (suspend.h), complete and cancel (scheduler.h,
// cancel.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lua.hpp>

#include "kernel/places.h"

namespace arun::kernel {

struct Kernel;
struct Task;

// Whom a wait depends on, as far as that is known. For reports.
struct Blocker {
  enum class Kind : std::uint8_t {
    none,
    end_of_tasks,  // of all in `tasks`
    holder,        // `last` holds the lock
    last_holder,   // `last` was the last to take it, of several who may hold it
    last_to_put,   // `last` was the last to put into a queue, or to take from it
    last_to_take,
  };
  Kind kind = Kind::none;
  std::vector<const Task*> tasks;
  std::uint32_t last = 0;  // a task's number (Task::id), which may have ended; 0 = nobody did
  Origin did;              // where it did, and the name of its function
};

class Operation {
 public:
  enum class CancelResult {
    detached,  // the operation let go of the task, which is woken with the cancellation at once
    deferred,  // the operation completes later by itself (it passed the request on, or must wait for others to end)
  };

  Task* task = nullptr;  // the waiting task; null once the operation was cancelled

  // Runs once, on the waiting thread, when the task resumes after completion: pushes the results and returns their
  // number, or raises. A raise or a yield jumps over C++ frames, so nothing with a destructor may be pending here.
  virtual int finish(lua_State* L) = 0;

  // The task gives up. Whatever completes afterwards is dropped by the operation itself, its resource released.
  virtual CancelResult cancel(Kernel& kernel) = 0;

  // What the task waits for, as a phrase: "sleep until ...", "read of config.toml".
  virtual void describe(std::string* out) const = 0;

  // Who could end the wait.
  virtual void find_blocker(Blocker*) const {}

  // The task no longer refers to the operation. It lives on until libuv has let go of its buffers.
  virtual void dispose() = 0;

  // Takes the operation off its task and returns the task: what operations do in finish() and cancel() that live in a
  // userdata, which may be collected before the task gets to dispose().
  Task* let_go();

 protected:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  ~Operation() = default;  // never deleted through this base: dispose() knows the place it lives in
};

}  // namespace arun::kernel
