local test = require "arun.test"
test("before it", function() end)
test("a crash", function()
  print("about to crash")
  io.stdout:flush()
  os.execute("kill -KILL $PPID")
end)
