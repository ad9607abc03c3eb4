#include "kernel/timers.h"

#include <algorithm>

namespace arun::kernel {
namespace {

constexpr std::size_t kArity = 4;
constexpr Nanoseconds kMillisecond = 1'000'000;

// The scheduler looks at the heap after every turn of the loop; the libuv timer only has to end the turn. libuv runs
// timers before it polls: without the stop, one that is due already would be spent, and the poll wait for ever.
void wake_loop(uv_timer_t* timer) {
  uv_stop(timer->loop);
}

}  // namespace

void Timers::open(uv_loop_t* loop) {
  uv_timer_init(loop, &handle_);
}

void Timers::place(std::size_t index, const Entry& entry) {
  heap_[index] = entry;
  entry.timer->index_ = static_cast<std::uint32_t>(index);
}

void Timers::sift_up(std::size_t index, Entry entry) {
  while (index > 0) {
    std::size_t parent = (index - 1) / kArity;
    if (!before(entry, heap_[parent])) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void Timers::sift_down(std::size_t index, Entry entry) {
  for (;;) {
    std::size_t child = index * kArity + 1;
    if (child >= heap_.size()) break;
    std::size_t last = std::min(child + kArity, heap_.size());
    std::size_t least = child;
    while (++child < last) {
      if (before(heap_[child], heap_[least])) least = child;
    }
    if (!before(heap_[least], entry)) break;
    place(index, heap_[least]);
    index = least;
  }
  place(index, entry);
}

void Timers::add(Timer* timer, Nanoseconds deadline) {
  timer->sequence_ = next_sequence_++;
  heap_.push_back({deadline, timer});
  sift_up(heap_.size() - 1, heap_.back());
}

void Timers::remove(Timer* timer) {
  if (!timer->armed()) return;
  std::size_t index = timer->index_;
  timer->index_ = Timer::kIdle;
  Entry last = heap_.back();
  heap_.pop_back();
  if (last.timer == timer) return;
  if (index > 0 && before(last, heap_[(index - 1) / kArity])) {
    sift_up(index, last);
  } else {
    sift_down(index, last);
  }
}

void Timers::expire_due() {
  if (heap_.empty()) return;
  // One reading of the clock for all: what a timer arms while it expires waits for the next turn.
  Nanoseconds due = now();
  while (!heap_.empty() && heap_.front().deadline <= due) {
    Timer* timer = heap_.front().timer;
    remove(timer);
    timer->expired();
  }
}

void Timers::disarm() {
  if (armed_for_ != 0) uv_timer_stop(&handle_);
  armed_for_ = 0;
}

void Timers::stop_clock() {
  stopped_at_ = now();
  disarm();
}

void Timers::start_clock() {
  if (stopped_at_ == 0) return;
  ahead_ = stopped_at_ - uv_hrtime();
  stopped_at_ = 0;
}

void Timers::arm_loop() {
  if (heap_.empty()) return disarm();
  Nanoseconds deadline = heap_.front().deadline - ahead_;
  if (deadline == armed_for_ && uv_is_active(reinterpret_cast<uv_handle_t*>(&handle_))) return;
  armed_for_ = deadline;
  uv_loop_t* loop = handle_.loop;
  uv_update_time(loop);
  // libuv counts whole milliseconds of the same clock: round up, so that the deadline has passed when the turn ends.
  Nanoseconds target = deadline / kMillisecond + 1;
  Nanoseconds current = uv_now(loop);
  // At least 1: on libuv 1.44 a timer of 0 ms started while the loop runs its timers would run again in the same turn.
  uv_timer_start(&handle_, wake_loop, target > current ? std::max<Nanoseconds>(target - current, 1) : 1, 0);
}

}  // namespace arun::kernel
