local test = require "arun.test"
test("not this", function(t) t.fail("ran") end)
test.only("this", function() end)
test.describe("these", { only = true }, function() test("inside", function() end) end)
