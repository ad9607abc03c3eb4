// Memory that runs out at any allocation, and a collector that runs at every opportunity.
#include "support.h"

using arun::test::kSanitized;
using arun::test::Script;

namespace {

// A bit of everything that allocates.
const char* const kWork =
    "local async = require 'arun.async'\n"
    "local await = async.await\n"
    "local child = async(function(i) async.sleep(0) if i == 3 then error('three', 0) end return i, i end)\n"
    "local task = async.create_task(child(1))\n"
    "local queue = async.queue(2)\n"
    "local producer = async.create_task(function() for i = 1, 5 do queue:put(i) end queue:close() end)\n"
    "local sum = 0\n"
    "for item in queue:items() do sum = sum + item end\n"
    "await(task) await(producer)\n"
    "local results = async.gather({child(1), child(2), child(3)}, {return_errors = true})\n"
    "local ok, err = pcall(async.wait_for, async(function() async.sleep(10) end)(), 0.001)\n"
    "do\n"
    "  local group <close> = async.task_group()\n"
    "  group:create_task(child(1)) group:create_task(child, 2)\n"
    "end\n"
    "for v in async.generator(function() coroutine.yield(1) async.sleep(0) coroutine.yield(2) end)() do sum = sum + v "
    "end\n"
    "local lock = async.lock()\n"
    "do local guard <close> = lock:acquire() end\n"
    "result = sum .. ' ' .. tostring(results[3]) .. ' ' .. err.kind\n";

}  // namespace

TEST_CASE("the work of these tests works", "[memory]") {
  Script script;
  REQUIRE(script.run(kWork) == 0);
  CHECK(script.global("result") == "18 three timeout");
}

TEST_CASE("an allocation that fails is an error, at every place", "[memory]") {
  bool finished = false;
  int failures = 0;
  for (std::size_t n = 1; n < 20'000 && !finished; n += kSanitized ? 7 : 1) {
    Script script;
    script.kernel().allocator.fail_after(n);
    int exit_code = script.run(kWork);
    script.kernel().allocator.fail_after(0);
    finished = exit_code == 0 && script.reports().empty();
    if (exit_code != 0) {
      ++failures;
      INFO("allocation " << n << ": " << script.reports());
      CHECK(script.reports().find("not enough memory") != std::string::npos);
    }
  }
  CHECK(finished);
  CHECK(failures > 100);
}

TEST_CASE("a memory limit is an error that a script can catch", "[memory]") {
  arun::Options options;
  options.memory_limit = 8 * 1024 * 1024;
  Script script(options);
  CHECK(script.run("ok, err = pcall(string.rep, 'x', 100000000)\n"
                   "kept = #string.rep('x', 1000)") == 0);
  CHECK(script.global("ok") == "false");
  CHECK(script.global("err") == "not enough memory");
  CHECK(script.global("kept") == "1000");
}

TEST_CASE("a full collection every few instructions changes nothing", "[memory]") {
  Script script;
  lua_State* L = script.runtime().state();
  // Threads inherit the hook of the one that creates them.
  lua_sethook(
      L, [](lua_State* state, lua_Debug*) { lua_gc(state, LUA_GCCOLLECT); }, LUA_MASKCOUNT, kSanitized ? 40 : 5);
  int exit_code = script.run(kWork);
  lua_sethook(L, nullptr, 0, 0);
  INFO(script.reports());
  CHECK(exit_code == 0);
  CHECK(script.global("result") == "18 three timeout");
}
