local test = require "arun.test"
test("a wrong option", { timout = 1 }, function() end)
