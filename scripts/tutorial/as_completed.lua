-- Results taken one by one, in the order in which they arrive.
local async = require "arun.async"

local fetch_data = async(function(id, delay)
  async.sleep(delay)
  return ("Data %d (took %ds)"):format(id, delay)
end)

local main = async(function()
  local tasks = {
    fetch_data(1, 3),
    fetch_data(2, 1),
    fetch_data(3, 2),
  }

  for task in async.as_completed(tasks) do
    print("Completed: " .. task:result())
  end
end)

async.run(main())
