-- gather raises the first error, or with return_errors collects them among the results.
local async = require "arun.async"

local task_that_fails = async(function()
  async.sleep(1)
  error("Task failed!", 0)
end)

local task_that_succeeds = async(function()
  async.sleep(1)
  return "Success"
end)

local function three_tasks()
  return {
    async.create_task(task_that_succeeds()),
    async.create_task(task_that_fails()),
    async.create_task(task_that_succeeds()),
  }
end

local main = async(function()
  local ok, err = pcall(async.gather, three_tasks())
  if not ok then
    print("Error: " .. err)
  end

  local tasks = three_tasks()
  local results = async.gather(tasks, { return_errors = true })
  for i, result in ipairs(results) do
    local outcome = tasks[i]:error() and "failed" or "succeeded"
    print(("Task %d %s: %s"):format(i - 1, outcome, result))
  end
end)

async.run(main())
