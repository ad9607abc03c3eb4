// Lua's warnings become reports: those of `warn`, and the errors of finalizers, which nobody could catch. They are on
// from the start; `warn("@off")` and `warn("@on")` switch them.
#pragma once

#include <string>

struct lua_State;

namespace arun {

namespace kernel {
struct Kernel;
}

class Warnings {
 public:
  explicit Warnings(kernel::Kernel& kernel) : kernel_(kernel) {}

  // Takes the warnings of the kernel's Lua state.
  void open();

 private:
  void receive(const char* piece, bool more);

  kernel::Kernel& kernel_;
  std::string text_;    // pieces of a warning that goes on
  bool begun_ = false;  // it has a piece already
  bool on_ = true;
};

}  // namespace arun
