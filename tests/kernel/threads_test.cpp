#include <thread>

#include "support.h"

// A process may hold many runtimes: nothing is shared between them.
TEST_CASE("two runtimes run on two threads", "[threads]") {
  auto work = [](int* exit_code, std::string* result) {
    arun::test::Script script;
    *exit_code = script.run(
        "local async = require 'arun.async'\n"
        "local sum = 0\n"
        "local add = async(function(i) async.sleep(0) sum = sum + i end)\n"
        "local list = {}\n"
        "for i = 1, 1000 do list[i] = add(i) end\n"
        "async.gather(list)\n"
        "async.sleep(0.001)\n"
        "result = sum");
    *result = script.global("result");
  };
  int codes[2] = {-1, -1};
  std::string results[2];
  std::thread first(work, &codes[0], &results[0]);
  std::thread second(work, &codes[1], &results[1]);
  first.join();
  second.join();
  CHECK(codes[0] == 0);
  CHECK(codes[1] == 0);
  CHECK(results[0] == "500500");
  CHECK(results[1] == "500500");
}

TEST_CASE("interrupt may come from another thread", "[threads]") {
  arun::test::Script script;
  std::thread other([&] { script.runtime().interrupt(); });
  CHECK(script.run("require('arun.async').sleep(100)") == 130);
  other.join();
}
