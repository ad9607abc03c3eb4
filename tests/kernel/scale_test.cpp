// Sizes that break what is not built for them: recursion on the C stack, memory that grows with every await.
#include "support.h"

using arun::test::kSanitized;
using arun::test::Script;

namespace {

std::string with_size(const std::string& code, int size) {
  return "local N = " + std::to_string(size) + "\nlocal async = require 'arun.async'\nlocal await = async.await\n" +
         code;
}

}  // namespace

TEST_CASE("a million sleeping tasks", "[scale]") {
  Script script;
  int size = kSanitized ? 20'000 : 1'000'000;
  CHECK(script.run(with_size("local ended = 0\n"
                             "local function nap() async.sleep(0.2) ended = ended + 1 end\n"
                             "for i = 1, N do async.create_task(nap) end\n"
                             "async.sleep(0)\n"
                             "alive = #async.all_tasks()\n"
                             "while ended < N do async.sleep(0.05) end\n"
                             "result = ended",
                             size)) == 0);
  CHECK(script.global("result") == std::to_string(size));
  CHECK(script.global("alive") == std::to_string(size + 1));
}

TEST_CASE("a million awaits in one task leave no memory behind", "[scale]") {
  Script script;
  CHECK(script.run(with_size("local value = async(function(i) async.sleep(0) return i end)\n"
                             "for i = 1, N // 100 do await(async.create_task(value, i)) await(value(i)) end\n"
                             "collectgarbage() collectgarbage()\n"
                             "local before = collectgarbage('count')\n"
                             "for i = 1, N // 2 do await(value(i)) end\n"
                             "for i = 1, N // 2 do await(async.create_task(value(i))) end\n"
                             "collectgarbage() collectgarbage()\n"
                             "growth = collectgarbage('count') - before",
                             kSanitized ? 50'000 : 1'000'000)) == 0);
  CHECK(std::stod(script.global("growth")) < 64);  // KiB
}

TEST_CASE("a chain of tasks each awaiting the next", "[scale]") {
  Script script;
  int size = kSanitized ? 20'000 : 100'000;
  SECTION("ends") {
    CHECK(script.run(with_size("local previous = async.create_task(function() async.sleep(0) return 0 end)\n"
                               "for i = 1, N do\n"
                               "  local target = previous\n"
                               "  previous = async.create_task(function() return await(target) + 1 end)\n"
                               "end\n"
                               "result = await(previous)",
                               size)) == 0);
    CHECK(script.global("result") == std::to_string(size));
  }
  SECTION("is cancelled from one end to the other") {
    CHECK(script.run(with_size("local event = async.event()\n"
                               "local first = async.create_task(event.wait, event)\n"
                               "local previous = first\n"
                               "for i = 1, N do\n"
                               "  local target = previous\n"
                               "  previous = async.create_task(function() return await(target) + 1 end)\n"
                               "end\n"
                               "async.sleep(0)\n"
                               "previous:cancel()\n"
                               "ok, err = pcall(await, previous)\n"
                               "result = tostring(first:cancelled() and err.kind)",
                               size)) == 0);
    CHECK(script.global("result") == "cancelled");
  }
  SECTION("of gathers, which are nested as deep") {
    CHECK(script.run(with_size("local event = async.event()\n"
                               "local function nest(depth)\n"
                               "  if depth == 0 then event:wait() else async.gather{async(nest)(depth - 1)} end\n"
                               "end\n"
                               "local task = async.create_task(nest, N // 10)\n"
                               "for _ = 1, N // 10 + 2 do async.sleep(0) end\n"
                               "task:cancel()\n"
                               "ok, err = pcall(await, task)\n"
                               "result = err.kind",
                               size)) == 0);
    CHECK(script.global("result") == "cancelled");
  }
}
