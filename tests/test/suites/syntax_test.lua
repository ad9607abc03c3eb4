local test = require "arun.test"
test("x", function( end)
