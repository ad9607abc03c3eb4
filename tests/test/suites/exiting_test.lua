local test = require "arun.test"
test("before it", function() end)
test("ends the process", function() os.execute("kill -TERM $PPID") end)
