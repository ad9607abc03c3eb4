-- time_slice.lua SLICE N: the primes below N, by a task with this time slice (seconds; 0 = none) beside a ticker of
-- 10 ms. Prints the seconds it took, and by how many milliseconds the latest tick was late.
local async = require "arun.async"
local slice, n = tonumber(arg[1]), tonumber(arg[2])
local period <const> = 0.01

local function calculate_primes()
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
end

local latest = 0
local ticker = async.create_task(function()
  while true do
    local due = async.time() + period
    async.sleep(period)
    latest = math.max(latest, async.time() - due)
  end
end)

async.sleep(0)
local start = async.time()
local primes = async.await(async.create_task(calculate_primes):set_time_slice(slice))
local seconds = async.time() - start
async.sleep(0) -- a tick that never came is late, too
ticker:cancel()
print(("%.4f %.2f %d"):format(seconds, latest * 1000, #primes))
