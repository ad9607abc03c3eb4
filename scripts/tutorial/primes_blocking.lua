-- CPU-bound code blocks the loop: while it computes, the ticker beside it stands still.
local async = require "arun.async"
local await = async.await

local calculate_primes = async(function(n)
  local primes = {}
  for num = 2, n - 1 do
    local is_prime = true
    for i = 2, math.floor(num ^ 0.5) do
      if num % i == 0 then
        is_prime = false
        break
      end
    end
    if is_prime then primes[#primes + 1] = num end
  end
  return primes
end)

local ticks = 0

local ticker = async(function()
  while true do
    async.sleep(0.1)
    ticks = ticks + 1
  end
end)

local main = async(function()
  async.create_task(ticker())

  async.sleep(0.55)
  print(("Sleeping: %d ticks in 0.55 seconds"):format(ticks))

  ticks = 0
  local start <const> = async.time()
  local primes = await(calculate_primes(1000000))
  print(("Calculating: %d ticks in %.2f seconds, %d primes"):format(ticks, async.time() - start, #primes))
end)

async.run(main())
