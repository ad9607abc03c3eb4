// Looking into a runtime while it goes on.
#pragma once

#include <uv.h>

#include <atomic>
#include <string>

#include "inspect/server.h"
#include "kernel/cpu_times.h"
#include "kernel/safe_point.h"
#include "kernel/thread_signal.h"

namespace arun::inspect {

class Inspection final : kernel::AtSafePoint, kernel::ThreadSignal::Listener {
 public:
  explicit Inspection(kernel::Kernel& kernel);
  ~Inspection();
  Inspection(const Inspection&) = delete;
  Inspection& operator=(const Inspection&) = delete;

  // From now on the tasks can be looked at from outside, and their CPU time is measured; again: nothing. What goes
  // wrong is reported.
  void open();
  void close();

  // What is written on SIGUSR1: the tree, at the next chance; then opens. Safe in a signal handler of the loop's
  // thread.
  void request_dump();
  // In the loop's thread, between the turns of the loop: does what was requested.
  void take_request();

 private:
  void reached(lua_State* L, lua_Debug* ar) override;
  void signalled() override;
  void answer_waiting();
  std::string try_to_open();
  Answer answer(const Question& question) const;

  kernel::Kernel& kernel_;
  std::atomic<bool> dump_requested_{false};
  kernel::CpuTimes cpu_times_;
  uv_async_t* wake_up_ = nullptr;  // its memory is libuv's until it is closed
  kernel::ThreadSignal signal_;
  Server server_;
};

}  // namespace arun::inspect
