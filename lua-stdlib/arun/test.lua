---@meta arun.test
-- Tests: what a file `*_test.lua` declares, and `arun test` runs. `test(name, fn)` or `test(name, options, fn)`
-- declares a test, whose function is given an arun.TestContext, `t`, and fails by raising an error. What declares
-- raises kind "usage" outside of a test file that loads. Times are seconds.
-- Whatever takes a function takes an async function as well, and all of them may suspend. Sleeps and time limits go by
-- a virtual clock, unless a test asks for the real one.

local assertions = require "arun.test.assertions"
local suite = require "arun.test.suite"

local test = {}

for name, fn in pairs(assertions) do test[name] = fn end
for _, name in ipairs { "skip", "only", "fails", "each", "describe", "fixture", "defaults", "real_time" } do
  test[name] = suite[name]
end

---@class arun.TestOptions the options of a test, or of all tests of a group
---@field timeout number? real seconds it may take (default: what --timeout says)
---@field tags string|string[]|nil for --tag; those of its groups are added
---@field skip boolean|string|nil it is not run; a string says why
---@field only boolean? of its file, only tests with this are run
---@field fails boolean|string|nil it is expected to fail; a string says why
---@field real_time boolean? sleeps and time limits take their time

---@class arun.TestContext what a test is given, as `t`. It has all assertions of arun.test as well (`t.eq(a, b)`)
---@field skip fun(why?: string) ends the test, which counts as skipped
---@field after fun(fn: function) calls fn after the test, however it ends; the one given last comes first
---@field log fun(...: any) keeps a line that is shown when the test fails, and with --verbose
---@field real_time fun() from here on sleeps and time limits of this test take their time
---@field use fun(name: string): any the value of a fixture, which is set up when a test first asks for it
---@field name string the full name of the test

---Calls fn before each test that is declared in the same group or file, also in groups inside it.
---@param fn fun(t: arun.TestContext)
---@usage test.before_each(function(t) t.after(function() print("the test ended") end) end)
test.before_each = suite.before_each

---Calls fn after each such test, however it ended.
---@param fn fun(t: arun.TestContext)
test.after_each = suite.after_each

---Calls fn once before the first test of the group or file. When it fails, its tests count as failed.
---@param fn fun(t: arun.TestContext)
test.before_all = suite.before_all

---Calls fn once after the last test of the group or file.
---@param fn fun(t: arun.TestContext)
test.after_all = suite.after_all

return setmetatable(test, { __call = function(_, ...) return suite.test(...) end })
