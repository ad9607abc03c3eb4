#include <signal.h>

#include <atomic>
#include <string>
#include <thread>

#include "support.h"

using arun::test::Script;

namespace {

// os.time: ThreadSanitizer keeps signals back until a call that it knows.
constexpr const char* kBusyBesideSleeper =
    "local async = require 'arun.async'\n"
    "local ticks = 0\n"
    "async.create_task(function() for _ = 1, 5 do async.sleep(0.001) ticks = ticks + 1 end end)\n"
    "while ticks < 5 do\n"
    "  local _ = os.time()\n"
    "end\n"
    "result = ticks";

arun::Options with_time_slice(double seconds) {
  arun::Options options;
  options.time_slice = seconds;
  return options;
}

arun::Options with_slow_callback(double seconds) {
  arun::Options options;
  options.slow_callback = seconds;
  return options;
}

class Limit final : public arun::kernel::StepLimit {
 public:
  bool step_too_long(arun::kernel::Task*, const std::string& where) override {
    ++times;
    text = where;
    return true;
  }
  int times = 0;
  std::string text;
};

}  // namespace

TEST_CASE("two runtimes on two threads have their own time slices", "[watchdog][threads]") {
  auto work = [](int* exit_code, std::string* result) {
    Script script(with_time_slice(0.001));
    *exit_code = script.run(kBusyBesideSleeper);
    *result = script.global("result");
  };
  int codes[2] = {-1, -1};
  std::string results[2];
  std::thread first(work, &codes[0], &results[0]);
  std::thread second(work, &codes[1], &results[1]);
  first.join();
  second.join();
  for (int i : {0, 1}) {
    CHECK(codes[i] == 0);
    CHECK(results[i] == "5");
  }
}

TEST_CASE("two runtimes on one thread have their own time slices", "[watchdog]") {
  Script first(with_time_slice(0.001));
  Script second(with_time_slice(0.002));
  CHECK(first.run(kBusyBesideSleeper) == 0);
  CHECK(second.run(kBusyBesideSleeper) == 0);
  CHECK(first.run(kBusyBesideSleeper) == 0);
}

TEST_CASE("a signal between the steps of tasks finds nothing to look at", "[watchdog]") {
  Script script(with_time_slice(0.0001));
  // Steps that are short beside the ends of their tasks.
  CHECK(script.run("local async = require 'arun.async'\n"
                   "for _ = 1, 3 do\n"
                   "  local first = async.future()\n"
                   "  local task = async.create_task(function() return async.await(first) end)\n"
                   "  local tasks = {}\n"
                   "  for i = 1, 30000 do\n"
                   "    local awaited = task\n"
                   "    task = async.create_task(function() return async.await(awaited) end)\n"
                   "    tasks[i] = task\n"
                   "  end\n"
                   "  for _ = 1, 3 do async.sleep(0) end\n"
                   "  first:set_result(1)\n"
                   "  result = async.await(task)\n"
                   "end") == 0);
  CHECK(script.global("result") == "1");
}

TEST_CASE("a slow step is reported to the host", "[watchdog]") {
  Script script(with_slow_callback(0.01));
  CHECK(script.run("local deadline = os.clock() + 0.2\nwhile os.clock() < deadline do\n  local _ = {}\nend") == 0);
  CHECK(script.reports().find("arun: task 'main' has held the loop for 0.") == 0);
  CHECK(script.reports().find("test:") != std::string::npos);
}

TEST_CASE("interrupt stops code that computes in slices, and one beneath a C function", "[watchdog]") {
  Script script(with_time_slice(0.001));
  lua_State* L = script.runtime().state();
  lua_pushlightuserdata(L, &script.runtime());
  lua_pushcclosure(
      L,
      [](lua_State* state) {
        static_cast<arun::Runtime*>(lua_touserdata(state, lua_upvalueindex(1)))->interrupt();
        return 0;
      },
      1);
  lua_setglobal(L, "interrupt");
  SECTION("in slices") {
    CHECK(script.run("local async = require 'arun.async'\n"
                     "async.call_later(0.01, interrupt)\n"
                     "while true do local _ = {} end") == 130);
  }
  SECTION("in a coroutine that table.sort calls") {
    CHECK(script.run("table.sort({ 1, 2, 3 }, function()\n"
                     "  coroutine.wrap(function() interrupt() while true do end end)()\n"
                     "end)") == 130);
  }
  SECTION("after a C function that calls C functions") {
    CHECK(script.run("interrupt()\nlocal list = {}\n"
                     "string.gsub(('x'):rep(100), '.', string.upper)\nerror('not reached')") == 130);
  }
}

TEST_CASE("a step that lasts longer than the limit is cancelled", "[watchdog]") {
  Script script;
  Limit limit;
  REQUIRE(script.kernel().watchdog.set_step_limit(10'000'000, &limit));
  SECTION("at its line") {
    CHECK(script.run("local _ <close> = setmetatable({}, {__close = function() cleaned = true end})\n"
                     "pcall(function()\n  while true do\n    local _ = {}\n  end\nend)") == 1);
    CHECK(script.global("cleaned") == "true");
    CHECK(limit.times == 1);
    CHECK(limit.text.find("task 'main' has held the loop for 0.") == 0);
    CHECK(limit.text.find("in function <test:2>") != std::string::npos);
  }
  SECTION("again, when its clean-up goes on for ever") {
    CHECK(script.run("local _ <close> = setmetatable({}, {__close = function() while true do local _ = {} end end})\n"
                     "while true do local _ = {} end") == 1);
    CHECK(limit.times == 2);
  }
  SECTION("again, when it goes on") {
    CHECK(script.run("local async = require 'arun.async'\n"
                     "for i = 1, 3 do async.try(function() while true do local _ = {} end end) end\n") == 0);
    CHECK(limit.times == 3);
  }
  SECTION("beneath a C function that cannot yield") {
    CHECK(script.run("table.sort({ 1, 2, 3 }, function() while true do local _ = {} end end)") == 1);
    CHECK(limit.times == 1);
  }
  script.kernel().watchdog.set_step_limit(0, nullptr);
}

TEST_CASE("the signal's handler is there only as long as it is needed, and others get theirs", "[watchdog]") {
  static std::atomic<int> urgent{0};
  struct sigaction own {};
  own.sa_handler = [](int) { ++urgent; };
  struct sigaction before {};
  sigaction(SIGURG, &own, &before);
  {
    Script first(with_time_slice(0.001));
    {
      Script second(with_slow_callback(1));
      struct sigaction now {};
      sigaction(SIGURG, nullptr, &now);
      CHECK(now.sa_handler != own.sa_handler);
      raise(SIGURG);
      CHECK(urgent == 1);
    }
    CHECK(first.run(kBusyBesideSleeper) == 0);
    CHECK(urgent == 1);
  }
  struct sigaction after {};
  sigaction(SIGURG, nullptr, &after);
  CHECK(after.sa_handler == own.sa_handler);
  sigaction(SIGURG, &before, nullptr);
}

TEST_CASE("a test that never waits is late, and says where it was busy", "[watchdog]") {
  Script script;
  CHECK(script.run("local async = require 'arun.async'\n"
                   "local trial = require('arun.native.test').trial()\n"
                   "local task = async.create_task(function()\n"
                   "  while true do\n"
                   "    local _ = {}\n"
                   "  end\n"
                   "end):set_name('busy')\n"
                   "verdict = trial:watch(task, 0.02)\n"
                   "where = trial:describe()\n"
                   "pcall(async.await, task)\n"
                   "cancelled = task:cancelled()\n"
                   "trial:finish()") == 0);
  CHECK(script.global("verdict") == "late");
  CHECK(script.global("where").find("task 'busy' (created at test:3) has held the loop for 0.") == 0);
  CHECK(script.global("where").find("in function <test:3>") != std::string::npos);
  CHECK(script.global("cancelled") == "true");
}
