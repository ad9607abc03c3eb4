-- Comprehensions over an async generator: a list filled by a loop, then the same lazily.
local async = require "arun.async"
local await = async.await

local async_square = async(function(x)
  async.sleep(0.1)
  return x * x
end)

local async_range = async.generator(function(n)
  for i = 0, n - 1 do
    async.sleep(0.1)
    coroutine.yield(i)
  end
end)

local main = async(function()
  local squares = {}
  for x in async_range(5) do
    squares[#squares + 1] = await(async_square(x))
  end
  print(table.concat(squares, " "))

  local lazy_squares = async.generator(function()
    for x in async_range(5) do
      coroutine.yield(await(async_square(x)))
    end
  end)
  for value in lazy_squares() do
    print(value)
  end
end)

async.run(main())
