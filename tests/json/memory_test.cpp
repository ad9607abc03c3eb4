// arun.json when memory runs out at any allocation.
#include "../kernel/support.h"

using arun::test::Script;

namespace {

const char* const kPrepare =
    "json = require 'arun.json'\n"
    "local record = '{\"id\":%d,\"name\":\"name %d\",\"tags\":[\"a\",\"b\\\\n\",{}],\"long\":\"' .. ('x'):rep(50) .. "
    "'\",\"none\":null}'\n"
    "local records = {}\n"
    "for i = 1, 20 do records[i] = record:format(i, i % 3) end\n"
    "text = '[' .. table.concat(records, ',') .. ',-0,123456789012345678901]'\n"
    "function round() return json.encode(json.decode(text), {sort_keys = true}) end\n"
    "expected = round()\n";

}  // namespace

TEST_CASE("json: an allocation that fails is an error, at every place, and the next call works", "[memory]") {
  Script script;
  REQUIRE(script.run(kPrepare) == 0);
  std::size_t failures = 0;
  for (std::size_t n = 1;; ++n) {
    script.kernel().allocator.fail_after(n);
    int exit_code = script.run("round()");
    script.kernel().allocator.fail_after(0);
    if (exit_code == 0) break;
    ++failures;
    INFO("allocation " << n);
    REQUIRE(script.run("assert(round() == expected)") == 0);
  }
  INFO(script.reports());
  CHECK(failures > 100);
  std::size_t reported = 0;
  for (std::size_t at = 0; (at = script.reports().find("not enough memory", at)) != std::string::npos; ++at) ++reported;
  CHECK(reported == failures);
}
