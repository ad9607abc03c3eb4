// A test that computes without ever waiting holds up the loop, and with it every timer. The watchdog barks all the
// same: by a signal of the system, which sets Lua's debug hook as Ctrl-C in the program does.
#pragma once

#include <time.h>

#include <cstdint>

#include <lua.hpp>

namespace arun::kernel {
struct Kernel;
}

namespace arun::modules {

class Watchdog {
 public:
  // The hook runs in the Lua code that runs when the time is over, if any does.
  Watchdog(kernel::Kernel& kernel, lua_Hook hook) : kernel_(kernel), hook_(hook) {}
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void start(std::uint64_t milliseconds);
  void stop();

 private:
  void bark() const;

  kernel::Kernel& kernel_;
  lua_Hook hook_;
  timer_t timer_{};
  bool made_ = false;
};

}  // namespace arun::modules
