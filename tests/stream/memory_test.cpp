// Memory that runs out at any of Lua's allocations while streams do a bit of everything.
#include <filesystem>

#include "../kernel/support.h"

using arun::test::kSanitized;
using arun::test::Script;

namespace {

const char* const kWork = R"(
  local async = require "arun.async"
  local net = require "arun.net"
  local listener <close> = net.listen {}
  local group <close> = async.task_group() -- one that fails ends all
  local serving = group:create_task(function()
    local stream <close> = listener:accept()
    for line in stream:lines() do stream:write(line, "\n") end
    stream:shutdown()
  end)
  local stream <close> = net.connect { host = "127.0.0.1", port = listener.port, timeout = 600 }
  stream:write("one\n", "two\n", ("x"):rep(100000), "\n", "three\n")
  local found = { stream:read_until("\n"), stream:read_exactly(4), #stream:read_until("\n") }
  local unix <close> = net.listen { path = "\0arun-memory-test" }
  local accepting = group:create_task(function() return unix:accept() end)
  local a <close> = net.connect { path = "\0arun-memory-test" }
  local b <close> = async.await(accepting)
  local writing = group:create_task(function() a:write(("y"):rep(1000000)) a:close() end)
  found[4] = #b:read_all()
  async.await(writing)
  stream:shutdown()
  found[5] = stream:read_all()
  async.await(serving)
  local ok, err = pcall(net.connect, { path = "/nowhere" })
  found[6] = err.code
  found[7] = select(2, pcall(stream.write, stream, "x")).kind
  result = table.concat(found, ",")
)";

std::ptrdiff_t descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

}  // namespace

TEST_CASE("an allocation that fails is an error, at every place of a stream's work", "[stream]") {
  { Script first; }  // libuv keeps some descriptors of the process's own from its first loop on
  std::ptrdiff_t open_before = descriptors();
  bool finished = false;
  int failures = 0;
  for (std::size_t n = 1; n < 20'000 && !finished; n += kSanitized ? 17 : 1) {
    {
      Script script;
      script.kernel().allocator.fail_after(n);
      int exit_code = script.run(kWork);
      script.kernel().allocator.fail_after(0);
      finished = exit_code == 0 && script.reports().empty();
      INFO("allocation " << n << ": " << script.reports());
      if (exit_code != 0) {
        ++failures;
        CHECK(script.reports().find("not enough memory") != std::string::npos);
      }
      int second = script.run(kWork);
      CHECK(second == 0);
      CHECK(script.global("result") == "one\n,two\n,100001,1000000,three\n,ENOENT,closed");
    }
    INFO("allocation " << n);
    CHECK(descriptors() == open_before);
  }
  CHECK(finished);
  CHECK(failures > 100);
}
