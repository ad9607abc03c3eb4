-- Which task is this, and which others are there? The script itself is one of them.
local async = require "arun.async"

local worker = async(function(delay)
  async.sleep(delay)
end)

local function show_tasks()
  local names = {}
  for _, task in ipairs(async.all_tasks()) do
    names[#names + 1] = task:name()
  end
  print("All tasks: " .. table.concat(names, ", "))
end

async.current_task():set_name("main")
print("Current task: " .. async.current_task():name())

local workers = {}
for i = 1, 3 do
  workers[i] = async.create_task(worker(i))
  workers[i]:set_name("worker-" .. i)
end
show_tasks()

async.sleep(1.5)
show_tasks()

for _, task in ipairs(workers) do
  print(("%s is %s"):format(task:name(), task:done() and "done" or "pending"))
end
