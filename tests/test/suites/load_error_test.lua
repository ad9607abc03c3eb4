local test = require "arun.test"
test("never declared", function() end)
error("while loading")
