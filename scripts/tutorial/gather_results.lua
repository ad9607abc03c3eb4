-- gather gives the results in the order of the calls, in the time of the longest.
local async = require "arun.async"

local fetch_data = async(function(id, delay)
  print("Fetching data " .. id)
  async.sleep(delay)
  return "Data " .. id
end)

local main = async(function()
  local start <const> = async.time()
  local results = async.gather{
    fetch_data(1, 2),
    fetch_data(2, 1),
    fetch_data(3, 3),
  }
  print("Results: " .. table.concat(results, ", "))
  print(("Time taken: %.2fs"):format(async.time() - start))
end)

async.run(main())
