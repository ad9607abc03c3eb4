-- Four databases queried in parallel, each with a delay of its own.
local async = require "arun.async"

local query_db = async(function(db_name)
  local delay <const> = 0.5 + 1.5 * math.random()
  print(("Querying %s (%.2fs)"):format(db_name, delay))
  async.sleep(delay)
  print("Finished querying " .. db_name)
  return "Results from " .. db_name
end)

local main = async(function()
  local results = async.map({ "users", "orders", "inventory", "logs" }, query_db)
  for _, result in ipairs(results) do
    print(result)
  end
end)

async.run(main())
