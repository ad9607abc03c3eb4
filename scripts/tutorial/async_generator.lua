-- The same as a generator; leaving its loop early closes it.
local async = require "arun.async"

local async_range = async.generator(function(start, stop)
  local _ <close> = setmetatable({}, { __close = function()
    print("Range closed")
  end })

  for i = start, stop - 1 do
    async.sleep(0.5)
    coroutine.yield(i)
  end
end)

local main = async(function()
  for num in async_range(1, 5) do
    print(num)
  end

  for num in async_range(1, 5) do
    print(num)
    if num == 2 then break end
  end
  print("Left the loop")
end)

async.run(main())
