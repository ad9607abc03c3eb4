-- gather raises the first error, or with return_errors collects them all.
local async = require "arun.async"

local task_that_fails = async(function()
  async.sleep(1)
  error("Task failed!", 0)
end)

local task_that_succeeds = async(function()
  async.sleep(1)
  return "Success"
end)

local function tasks()
  return { task_that_succeeds(), task_that_fails(), task_that_succeeds() }
end

local main = async(function()
  local ok, err = pcall(async.gather, tasks())
  if not ok then
    print("Error: " .. err)
  end

  local results, errors = async.gather(tasks(), { return_errors = true })
  for i = 1, 3 do
    if errors[i] then
      print(("Task %d failed: %s"):format(i - 1, errors[i]))
    else
      print(("Task %d succeeded: %s"):format(i - 1, results[i]))
    end
  end
end)

async.run(main())
