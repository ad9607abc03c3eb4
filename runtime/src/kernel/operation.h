// What a suspended task waits for. Three verbs act on it: suspend (suspend.h), complete and cancel (scheduler.h,
// cancel.h).
#pragma once

#include <string>

#include <lua.hpp>

namespace arun::kernel {

struct Kernel;
struct Task;

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
