-- Three tasks with different delays: the shortest greets first.
local async = require "arun.async"

local delayed_greet = async(function(name, delay)
  print(("%s is waiting %s seconds..."):format(name, delay))
  async.sleep(delay)
  print(("Hello, %s!"):format(name))
end)

local main = async(function()
  async.create_task(delayed_greet("Alice", 1))
  async.create_task(delayed_greet("Bob", 2))
  async.create_task(delayed_greet("Charlie", 0.5))
  async.sleep(3)
end)

async.run(main())
