#include "kernel/thread_signal.h"

#include <unistd.h>

#include <cerrno>
#include <mutex>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace arun::kernel {
namespace {

constexpr int kSignal = SIGURG;
constexpr std::uint64_t kSecond = 1'000'000'000;

// By its address the handler knows the signals that are ours.
char mark;

std::mutex mutex;
int users = 0;
struct sigaction applications {};  // handler

// Written by its own thread only, which the handler interrupts.
thread_local ThreadSignal* first_of_thread = nullptr;

void pass_on(int number, siginfo_t* info, void* context) {
  if ((applications.sa_flags & SA_SIGINFO) != 0) {
    if (applications.sa_sigaction != nullptr) applications.sa_sigaction(number, info, context);
  } else if (applications.sa_handler != SIG_DFL && applications.sa_handler != SIG_IGN) {
    applications.sa_handler(number);
  }
}

sigset_t only_our_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kSignal);
  return set;
}

}  // namespace

void ThreadSignal::on_signal(int number, siginfo_t* info, void* context) {
  bool ours = (info->si_code == SI_TIMER || info->si_code == SI_QUEUE) && info->si_value.sival_ptr == &mark;
  if (!ours) {
    pass_on(number, info, context);
    return;
  }
  int error = errno;
  for (ThreadSignal* signal = first_of_thread; signal != nullptr; signal = signal->next_) {
    signal->listener_->signalled();
  }
  errno = error;
}

void ThreadSignal::install() {
  std::lock_guard<std::mutex> lock(mutex);
  if (users++ > 0) return;
  sigaction(kSignal, nullptr, &applications);
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigaction(kSignal, &action, nullptr);
}

void ThreadSignal::uninstall() {
  std::lock_guard<std::mutex> lock(mutex);
  if (--users > 0) return;
  struct sigaction current {};
  sigaction(kSignal, nullptr, &current);
  if (current.sa_sigaction == on_signal) sigaction(kSignal, &applications, nullptr);
}

bool ThreadSignal::open(Listener* listener) {
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = kSignal;
  event.sigev_value.sival_ptr = &mark;
  event.sigev_notify_thread_id = gettid();
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) return false;
  install();
  thread_ = pthread_self();
  sigset_t before;
  sigset_t ours = only_our_signal();
  pthread_sigmask(SIG_UNBLOCK, &ours, &before);
  was_blocked_ = sigismember(&before, kSignal) == 1;
  listener_ = listener;
  next_ = first_of_thread;
  first_of_thread = this;
  return true;
}

void ThreadSignal::close() {
  if (!is_open()) return;
  // A signal that is on its way arrives before the call returns.
  timer_delete(timer_);
  ThreadSignal** link = &first_of_thread;
  while (*link != nullptr && *link != this) link = &(*link)->next_;
  if (*link != nullptr) *link = next_;
  listener_ = nullptr;
  if (was_blocked_) {
    sigset_t ours = only_our_signal();
    pthread_sigmask(SIG_BLOCK, &ours, nullptr);
  }
  uninstall();
}

void ThreadSignal::tick(std::uint64_t period) {
  itimerspec spec{};
  spec.it_interval.tv_sec = spec.it_value.tv_sec = static_cast<time_t>(period / kSecond);
  spec.it_interval.tv_nsec = spec.it_value.tv_nsec = static_cast<long>(period % kSecond);
  timer_settime(timer_, 0, &spec, nullptr);
}

void ThreadSignal::send() const {
  sigval value{};
  value.sival_ptr = &mark;
  pthread_sigqueue(thread_, kSignal, value);
}

}  // namespace arun::kernel
