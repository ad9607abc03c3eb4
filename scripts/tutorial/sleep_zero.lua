-- sleep(0) gives way to the others: two tasks take turns.
local async = require "arun.async"

local count = async(function(name)
  for i = 1, 3 do
    print(("%s: %d"):format(name, i))
    async.sleep(0)
  end
end)

local main = async(function()
  async.gather{ count("Task A"), count("Task B") }
end)

async.run(main())
