#include "interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "arun/runtime.h"

namespace arun::host {
namespace {

constexpr int kInterrupted = 130;

// A signal handler has no other way to its runtime.
Runtime* interrupted_runtime = nullptr;
volatile sig_atomic_t interrupts = 0;

void on_interrupt(int) {
  interrupts = interrupts + 1;
  if (interrupts == 1) {
    int error = errno;
    interrupted_runtime->interrupt();
    errno = error;
    return;
  }
  // What the script printed is not lost: stdio's lock is free, or held by this very thread.
  fflush_unlocked(stdout);
  _exit(kInterrupted);
}

}  // namespace

void handle_interrupts(Runtime* runtime) {
  interrupted_runtime = runtime;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace arun::host
