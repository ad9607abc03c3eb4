local async = require "arun.async"
local test = require "arun.test"
test.defaults { timeout = 0.3 }

test("waits too long", { real_time = true }, function()
  local queue = async.queue()
  async.create_task(function() queue:get() end):set_name("consumer")
  async.sleep(1000)
end)
test("computes for ever", function()
  local n = 0
  while true do n = n + 1 end
end)
test("cleans up for ever", { real_time = true }, function(t)
  t.after(function() while true do end end)
end)
test("computes for ever in its clean-up too", function()
  local scope <close> = setmetatable({}, { __close = function() while true do end end })
  while true do end
end)
test("waits again and again in virtual time", function()
  while true do async.sleep(1) end
end)
test("cleans up again and again", function()
  local scope <close> = setmetatable({}, { __close = function() while true do async.sleep(1) end end })
  async.event():wait()
end)
test("others go on", function(t) t.eq(1, 1) end)
