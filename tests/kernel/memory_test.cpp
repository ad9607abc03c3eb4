// Memory that runs out at any allocation, and a collector that runs at every opportunity, while a script of
// tests/memory does a bit of everything of its module.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support.h"

using arun::test::kSanitized;
using arun::test::Script;

namespace {

namespace files = std::filesystem;

// What takes longer is tried at fewer places: at one of every so many.
struct Module {
  const char* name;
  std::size_t step;
};
constexpr Module kModules[] = {
    {"async", 1},
    {"fs", 3},
#ifdef ARUN_WITH_JSON
    {"json", 1},
#endif
    {"resilience", 3},
};

// A module's script, and a directory for it to work in.
class Work {
 public:
  explicit Work(const std::string& module) {
    std::ifstream file(files::path(ARUN_MEMORY_SCRIPTS) / (module + ".lua"));
    std::stringstream text;
    text << file.rdbuf();
    code_ = text.str();
    REQUIRE(!code_.empty());
    // In memory if there is such a place: a disk would take most of the time.
    files::path parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : files::temp_directory_path();
    std::string name = (parent / "arun-memory-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    directory_ = name;
    Script script;
    int exit_code = run(script);
    INFO(script.reports());
    REQUIRE(exit_code == 0);
    expected_ = script.global("result");
  }
  ~Work() { files::remove_all(directory_); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  int run(Script& script) const { return script.runtime().run_string(code_, "test", {directory_}); }
  const std::string& expected() const { return expected_; }
  bool leaves_nothing() const { return files::is_empty(directory_); }

 private:
  std::string code_;
  std::string directory_;
  std::string expected_;
};

std::ptrdiff_t descriptors() {
  return std::distance(files::directory_iterator("/proc/self/fd"), files::directory_iterator());
}

// Runs the work with memory that runs out as `starve` says, ever later, until there is enough. Each time the error must
// say so; then, given memory again, the same runtime must do the work as if nothing had been; nothing may be left open
// or behind.
template <class Starve>
void run_out_of_memory(const Work& work, std::size_t step, Starve starve) {
  std::ptrdiff_t open_before = descriptors();
  bool finished = false;
  int failures = 0;
  for (std::size_t n = 1; !finished && n < 1'000'000; n += step) {
    {
      Script script;
      arun::kernel::Allocator& allocator = script.kernel().allocator;
      starve(allocator, n);
      int exit_code = work.run(script);
      allocator.fail_after(0);
      allocator.set_limit(0);
      finished = exit_code == 0 && script.reports().empty();
      INFO("memory ran out at " << n << ": " << script.reports());
      if (exit_code != 0) {
        ++failures;
        CHECK(script.reports().find("not enough memory") != std::string::npos);
      }
      int second = work.run(script);
      INFO("all reports in the end: " << script.reports());
      CHECK(second == 0);
      CHECK(script.global("result") == work.expected());
    }
    INFO("memory ran out at " << n);
    CHECK(descriptors() == open_before);
    CHECK(work.leaves_nothing());
  }
  CHECK(finished);
  CHECK(failures >= 10);
}

}  // namespace

TEST_CASE("an allocation that fails is an error, at every place", "[memory]") {
  for (const Module& module : kModules) {
    INFO(module.name);
    Work work(module.name);
    run_out_of_memory(work, module.step * (kSanitized ? 17 : 1),
                      [](arun::kernel::Allocator& allocator, std::size_t n) { allocator.fail_after(n); });
  }
}

// Unlike above, what is released on the way out of the error can be used again.
TEST_CASE("a memory limit that is too low is an error, at every height", "[memory]") {
  for (const Module& module : kModules) {
    INFO(module.name);
    Work work(module.name);
    run_out_of_memory(work, kSanitized ? 4096 : 512, [](arun::kernel::Allocator& allocator, std::size_t bytes) {
      allocator.set_limit(allocator.in_use() + bytes);
    });
  }
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

TEST_CASE("a task that ran out of memory fails those who wait for it with that", "[memory]") {
  arun::Options options;
  options.memory_limit = 8 * 1024 * 1024;
  Script script(options);
  CHECK(script.run("local async = require 'arun.async'\n"
                   "local function large() return string.rep('x', 100000000) end\n"
                   "local function child() async.sleep(0) large() end\n"
                   "local function failed(fn, ...) return tostring(select(2, pcall(fn, ...))) end\n"
                   "one = failed(async.gather, {child})\n"
                   "two = failed(async.gather, {child, child}, {return_errors = false})\n"
                   "awaited = failed(async.await, async.create_task(child))\n"
                   "group = failed(function() local g <close> = async.task_group() g:create_task(child) end)\n"
                   "errors = select(2, async.gather({child}, {return_errors = true}))[1]") == 0);
  for (const char* name : {"one", "awaited", "group", "errors"}) CHECK(script.global(name) == "not enough memory");
  CHECK(script.global("two").find("not enough memory") != std::string::npos);
}

TEST_CASE("a full collection every few instructions changes nothing", "[memory]") {
  for (const Module& module : kModules) {
    Work work(module.name);
    Script script;
    lua_State* L = script.runtime().state();
    // Threads inherit the hook of the one that creates them.
    lua_sethook(
        L, [](lua_State* state, lua_Debug*) { lua_gc(state, LUA_GCCOLLECT); }, LUA_MASKCOUNT, kSanitized ? 40 : 5);
    int exit_code = work.run(script);
    lua_sethook(L, nullptr, 0, 0);
    INFO(module.name << ": " << script.reports());
    CHECK(exit_code == 0);
    CHECK(script.global("result") == work.expected());
  }
}
