#include <csignal>

#include "../kernel/support.h"

using arun::test::Script;

// An embedding decides what the process does about SIGPIPE; by default it would end it.
TEST_CASE("writing to one who has gone raises no signal", "[stream]") {
  REQUIRE(std::signal(SIGPIPE, SIG_DFL) != SIG_ERR);
  Script script;
  CHECK(script.run(R"(
    local async = require "arun.async"
    local net = require "arun.net"
    for _, path in ipairs { "", "\0arun-signal-test" } do
      local listener <close> = path == "" and net.listen {} or net.listen { path = path }
      local accepting = async.create_task(function() return listener:accept() end)
      local a = path == "" and net.connect { host = "127.0.0.1", port = listener.port } or net.connect { path = path }
      async.await(accepting):close()
      local ok, err = pcall(function() while true do a:write(("x"):rep(100000)) end end)
      assert(err.kind == "io", tostring(err))
    end
  )") == 0);
  CHECK(script.reports().empty());
}
