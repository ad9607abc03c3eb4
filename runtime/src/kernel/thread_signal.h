// A signal to the loop's thread, once or at a steady pace: it comes in while Lua code runs, which nothing else does.
//
// The signal is SIGURG. Programs expect it at any time without a reason, since its first use, urgent data of a socket,
// is rare; debuggers let it pass; and what ignores it by default does no harm when it comes late, or to a program that
// a script starts. It is sent to one thread, never to the process; system calls are restarted. A handler that the
// application has for it gets the signals that are not ours. It is set while any runtime of the process needs it.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <cstdint>

namespace arun::kernel {

class ThreadSignal {
 public:
  class Listener {
   public:
    // In the signal handler, in the loop's thread: what is safe there and nothing else. Signals that come close to each
    // other, of whichever sender, may arrive as one, and each reaches every listener of the thread.
    virtual void signalled() = 0;

   protected:
    ~Listener() = default;
  };

  ThreadSignal() = default;
  ThreadSignal(const ThreadSignal&) = delete;
  ThreadSignal& operator=(const ThreadSignal&) = delete;
  ~ThreadSignal() { close(); }

  // To be called in the loop's thread. Whether it is open: the system may have no timer left.
  bool open(Listener* listener);
  void close();
  bool is_open() const { return listener_ != nullptr; }

  // A signal each `period` nanoseconds from now on; 0 = none. In the loop's thread; safe in a signal handler.
  void tick(std::uint64_t period);
  // One signal now; from any thread, but not while it is opened or closed.
  void send() const;

 private:
  static void on_signal(int number, siginfo_t* info, void* context);
  static void install();
  static void uninstall();

  Listener* listener_ = nullptr;
  ThreadSignal* next_ = nullptr;  // of this thread
  pthread_t thread_{};
  timer_t timer_{};
  bool was_blocked_ = false;
};

}  // namespace arun::kernel
