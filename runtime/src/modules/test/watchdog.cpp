#include "modules/test/watchdog.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/kernel.h"

namespace arun::modules {
namespace {

// It may bark while no Lua code runs: then again, so many milliseconds later.
constexpr std::uint64_t kAgain = 50;

itimerspec in_milliseconds(std::uint64_t milliseconds) {
  itimerspec spec{};
  spec.it_value.tv_sec = static_cast<time_t>(milliseconds / 1000);
  spec.it_value.tv_nsec = static_cast<long>(milliseconds % 1000 * 1'000'000);
  spec.it_interval.tv_nsec = static_cast<long>(kAgain * 1'000'000);
  return spec;
}

}  // namespace

Watchdog::~Watchdog() {
  if (made_) timer_delete(timer_);
}

void Watchdog::bark() const {
  if (kernel_.scheduler.running() == nullptr || kernel_.innermost == nullptr) return;
  lua_sethook(kernel_.innermost, hook_, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

void Watchdog::start(std::uint64_t milliseconds) {
  if (!made_) {
    struct sigaction action {};
    action.sa_sigaction = [](int, siginfo_t* info, void*) {
      if (info->si_code == SI_TIMER) static_cast<const Watchdog*>(info->si_value.sival_ptr)->bark();
    };
    action.sa_flags = SA_RESTART | SA_SIGINFO;
    sigaction(SIGALRM, &action, nullptr);
    // The signal goes to the thread of the runtime: a hook may be set only in the thread that runs Lua.
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGALRM;
    event.sigev_value.sival_ptr = this;
    event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
    made_ = timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
    if (!made_) return;
  }
  itimerspec spec = in_milliseconds(milliseconds);
  timer_settime(timer_, 0, &spec, nullptr);
}

void Watchdog::stop() {
  if (!made_) return;
  itimerspec never{};
  timer_settime(timer_, 0, &never, nullptr);
}

}  // namespace arun::modules
