local test = require "arun.test"
print("while it loads")
test("prints", function(t)
  print("from a test")
  io.stderr:write("to standard error\n")
  t.log("kept")
end)
