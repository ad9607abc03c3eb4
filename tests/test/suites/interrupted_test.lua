local async = require "arun.async"
local test = require "arun.test"
test("waits", function(t)
  t.real_time()
  t.after(function()
    async.sleep(0.01)
    print("cleaned up")
  end)
  print("ready")
  async.sleep(60)
end)
test("is not run", function() print("ran") end)
