// All deadlines of a runtime: a 4-ary array heap over one uv_timer_t; and the clock they go by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <uv.h>

namespace arun::kernel {

using Nanoseconds = std::uint64_t;

// For Kernel::clock: differences of these are right for 49 days.
inline std::uint32_t to_milliseconds(Nanoseconds time) {
  return static_cast<std::uint32_t>(time / 1'000'000);
}

// Something that happens at a time. Knows its place in the heap, so that it can be taken out again.
class Timer {
 public:
  virtual void expired() = 0;
  bool armed() const { return index_ != kIdle; }

 protected:
  Timer() = default;
  ~Timer() = default;

 private:
  friend class Timers;
  static constexpr std::uint32_t kIdle = UINT32_MAX;
  std::uint32_t index_ = kIdle;
  std::uint32_t sequence_ = 0;  // timers of the same instant expire in the order they were armed
};

class Timers {
 public:
  void open(uv_loop_t* loop);
  void close() { uv_close(reinterpret_cast<uv_handle_t*>(&handle_), nullptr); }

  // Nanoseconds of the clock that all of arun's times go by: the monotonic one, or the virtual one (virtual_time.h).
  Nanoseconds now() const { return stopped_at_ != 0 ? stopped_at_ : uv_hrtime() + ahead_; }

  void add(Timer* timer, Nanoseconds deadline);
  void remove(Timer* timer);
  bool empty() const { return heap_.empty(); }
  // Whether the earliest deadline has passed.
  bool due() const { return !heap_.empty() && heap_.front().deadline <= now(); }
  Nanoseconds deadline_of(const Timer* timer) const { return heap_[timer->index_].deadline; }

  // Calls expired() on each timer that is due. Never inside a libuv callback.
  void expire_due();
  // Makes the next uv_run return in time for the earliest deadline.
  void arm_loop();

  // The clock stops at what it shows, and goes on from there at the real pace.
  void stop_clock();
  void start_clock();
  bool clock_stopped() const { return stopped_at_ != 0; }
  // The stopped clock goes to the earliest deadline at once. There must be one.
  void jump() { stopped_at_ = std::max(stopped_at_, heap_.front().deadline); }

 private:
  struct Entry {
    Nanoseconds deadline;
    Timer* timer;
  };

  static bool before(const Entry& a, const Entry& b) {
    return a.deadline != b.deadline ? a.deadline < b.deadline
                                    : static_cast<std::int32_t>(a.timer->sequence_ - b.timer->sequence_) < 0;
  }
  void disarm();
  void place(std::size_t index, const Entry& entry);
  // The entry by value: the place it came from is overwritten on the way.
  void sift_up(std::size_t index, Entry entry);
  void sift_down(std::size_t index, Entry entry);

  std::vector<Entry> heap_;
  std::uint32_t next_sequence_ = 0;
  Nanoseconds stopped_at_ = 0;  // 0 = the clock runs
  Nanoseconds ahead_ = 0;       // of the monotonic clock, by what was skipped
  Nanoseconds armed_for_ = 0;   // what the libuv timer is set to; 0 = stopped
  uv_timer_t handle_{};
};

}  // namespace arun::kernel
