#include "kernel/timers.h"

#include <random>
#include <vector>

#include "support.h"

namespace {

using arun::kernel::Nanoseconds;
using arun::kernel::Timer;
using arun::kernel::Timers;

struct Probe final : Timer {
  std::vector<int>* order = nullptr;
  int id = 0;
  void expired() override { order->push_back(id); }
};

struct Fixture {
  uv_loop_t loop{};
  Timers timers;
  Fixture() {
    uv_loop_init(&loop);
    timers.open(&loop);
  }
  ~Fixture() {
    timers.close();
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }
};

}  // namespace

TEST_CASE("timers expire by deadline, those of one instant in the order they were armed", "[timers]") {
  Fixture fixture;
  std::vector<int> order;
  std::vector<Probe> probes(6);
  const Nanoseconds deadlines[] = {30, 10, 20, 10, 30, 10};
  for (int i = 0; i < 6; ++i) {
    probes[static_cast<std::size_t>(i)].order = &order;
    probes[static_cast<std::size_t>(i)].id = i;
    fixture.timers.add(&probes[static_cast<std::size_t>(i)], deadlines[i]);
  }
  fixture.timers.expire_due();
  CHECK(order == std::vector<int>{1, 3, 5, 2, 0, 4});
  CHECK(fixture.timers.empty());
}

TEST_CASE("removing any timer leaves the others in order", "[timers]") {
  Fixture fixture;
  std::mt19937 random(1);
  std::vector<int> order;
  std::vector<Probe> probes(1000);
  for (std::size_t i = 0; i < probes.size(); ++i) {
    probes[i].order = &order;
    probes[i].id = static_cast<int>(random() % 500);
    fixture.timers.add(&probes[i], static_cast<Nanoseconds>(probes[i].id) + 1);
  }
  for (std::size_t i = 0; i < probes.size(); i += 3) {
    fixture.timers.remove(&probes[i]);
    CHECK_FALSE(probes[i].armed());
  }
  fixture.timers.expire_due();
  CHECK(order.size() == 666);
  CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("a timer armed while another expires waits for the next turn", "[timers]") {
  Fixture fixture;
  struct Rearm final : Timer {
    Timers* timers = nullptr;
    int times = 0;
    void expired() override {
      ++times;
      timers->add(this, timers->now());
    }
  } timer;
  timer.timers = &fixture.timers;
  fixture.timers.add(&timer, 1);
  fixture.timers.expire_due();
  CHECK(timer.times == 1);
  fixture.timers.remove(&timer);
}
