-- wait returns two lists of tasks, those done and those still pending.
local async = require "arun.async"

local task = async(function(name, duration)
  async.sleep(duration)
  return name .. " completed"
end)

local main = async(function()
  local tasks = {
    async.create_task(task("Task-1", 2)),
    async.create_task(task("Task-2", 1)),
    async.create_task(task("Task-3", 3)),
  }

  local done, pending = async.wait(tasks)

  for _, finished in ipairs(done) do
    print(finished:result())
  end
  print(("%d done, %d pending"):format(#done, #pending))
end)

async.run(main())
