-- A cached coroutine: the second call is instant, and calls that miss together share one fetch.
local async = require "arun.async"
local resilience = require "arun.resilience"

local fetch_data = resilience.lru_cache(async(function(id)
  print("Fetching data " .. id)
  async.sleep(1)
  return "Data " .. id
end), { maxsize = 100 })

local function timed(label, fn, ...)
  local start <const> = async.time()
  local result = fn(...)
  print(("%s: %s in %.1fs"):format(label, result, async.time() - start))
end

local main = async(function()
  timed("First call", fetch_data, 1)
  timed("Second call", fetch_data, 1)
  timed("Three at once", function()
    return table.concat(async.map({ 2, 2, 2 }, fetch_data), ", ")
  end)

  local info = fetch_data:info()
  print(("%d hits, %d misses, %d cached"):format(info.hits, info.misses, info.size))
end)

async.run(main())
