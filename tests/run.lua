-- Runs test files: `arun tests/run.lua tests/async/*_test.lua`. Exit code 1 unless tests ran and all passed.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path

local harness = require "harness"

for _, file in ipairs(arg) do
  print("# " .. file)
  local chunk, message = loadfile(file)
  if not chunk then error(message, 0) end
  chunk(file)
end

local passed, failed = harness.counts()
print(("%d passed, %d failed"):format(passed, failed))
if failed > 0 then error("tests failed", 0) end
if passed == 0 then error("no test ran", 0) end
