local async = require "arun.async"
local test = require "arun.test"

test("two locks in the wrong order", function()
  local a, b = async.lock(), async.lock()
  local function both(first, second)
    local one <close> = first:acquire()
    async.sleep(1)
    local two <close> = second:acquire()
  end
  async.gather { function() both(a, b) end, function() both(b, a) end }
end)
test("clean-up that never ends", function(t)
  t.after(function() async.event():wait() end)
  async.event():wait()
end)
test("others go on", function() async.sleep(10) end)
