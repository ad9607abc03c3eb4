local test = require "arun.test"
test("plain", function() end)
test("slow one", { tags = "slow" }, function() end)
test.describe("net", { tags = { "net" } }, function()
  test("slow two", { tags = "slow" }, function() end)
  test("fast", function() end)
end)
