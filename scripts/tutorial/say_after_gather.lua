-- The same two coroutines in one gather, which makes the tasks and waits for both.
local async = require "arun.async"

local say_after = async(function(delay, what)
  async.sleep(delay)
  print(what)
end)

local main = async(function()
  print("Started at " .. os.date("%X"))
  async.gather{ say_after(1, "hello"), say_after(2, "world") }
  print("Finished at " .. os.date("%X"))
end)

async.run(main())
