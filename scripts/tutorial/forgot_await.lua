-- A forgotten await: nothing runs, and a warning says which coroutine and where it was made.
local async = require "arun.async"
local await = async.await

local fetch_data = async(function()
  async.sleep(1)
  return "data"
end)

local main = async(function()
  do
    local result = fetch_data() -- wrong: only makes the coroutine object
    print(result)
  end
  collectgarbage() -- the collector finds what nobody awaited; at exit it would be found too

  local result = await(fetch_data()) -- right: runs it
  print(result)
end)

async.run(main())
