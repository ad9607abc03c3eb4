// The Lua threads that tasks run on: a finished one serves the next task, which costs a tenth of a fresh one.
#pragma once

#include <cstdint>
#include <vector>

#include <lua.hpp>

namespace arun::kernel {

struct Kernel;

class Threads {
 public:
  struct Thread {
    lua_State* state;
    std::uint32_t slot;  // in the table that keeps it alive
  };

  explicit Threads(Kernel& kernel) : kernel_(kernel) {}

  // Makes the table of threads on the stack of the kernel's holder. May raise.
  void open();

  // A thread with an empty stack. Its state is null when memory is out; the error then lies on the holder's stack.
  // Never raises.
  Thread acquire();
  // Takes it back. One that is not fit for reuse, or one too many, is left to the collector.
  void release(Thread thread);

 private:
  static int create(lua_State* L);

  Kernel& kernel_;
  int table_ = 0;  // stack index in the holder
  std::uint32_t slots_ = 0;
  std::vector<Thread> idle_;
  std::vector<std::uint32_t> free_slots_;
};

}  // namespace arun::kernel
