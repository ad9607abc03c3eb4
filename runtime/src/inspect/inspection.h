// Looking into a runtime while it goes on.
#pragma once

#include <uv.h>

#include <string>

#include "inspect/server.h"
#include "kernel/cpu_times.h"

namespace arun::kernel {
struct Kernel;
}

namespace arun::inspect {

class Inspection {
 public:
  explicit Inspection(kernel::Kernel& kernel) : kernel_(kernel) {}
  ~Inspection() { close(); }
  Inspection(const Inspection&) = delete;
  Inspection& operator=(const Inspection&) = delete;

  // From now on the tasks can be looked at from outside, and their CPU time is measured; again: nothing. What went
  // wrong, or "".
  std::string open();
  void close();

 private:
  Answer answer(const Question& question) const;

  kernel::Kernel& kernel_;
  kernel::CpuTimes cpu_times_;
  uv_async_t* wake_up_ = nullptr;  // its memory is libuv's until it is closed
  Server server_;
};

}  // namespace arun::inspect
