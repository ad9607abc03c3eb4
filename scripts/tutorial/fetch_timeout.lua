-- A request that takes too long: the error says which limit it was, and of which URL.
local async = require "arun.async"
local http = require "arun.http"

local url = arg[1] or "https://httpbin.org/delay/5"

local fetch = async(function()
  local session <close> = http.session { timeout = { total = 1 } } -- seconds
  local response <close> = session:get(url)
  return response:text()
end)

local main = async(function()
  local ok, result = pcall(async.await, fetch())
  if ok then
    print(result)
  elseif result.kind == "timeout" then
    print(("Timed out (%s): %s"):format(result.phase, result.url))
  else
    error(result, 0)
  end
end)

async.run(main())
