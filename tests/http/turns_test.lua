-- Bodies at full speed let others run.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local http = require "arun.http"
local support = require "support"

local url = support.url

test.real_time() -- the virtual clock stands still while a task can run

-- How often a task that sleeps for a millisecond each time gets its turn.
local function turns_beside(busy)
  local turns = 0
  local other = async.create_task(function()
    while true do
      async.sleep(0.001)
      turns = turns + 1
    end
  end)
  busy()
  other:cancel()
  pcall(async.await, other)
  return turns
end

local FEWEST = 10

test("a body that is streamed", function()
  local turns = turns_beside(function()
    local response <close> = http.get(url "/body/bytes?bytes=100000000")
    for _ in response:chunks() do end
  end)
  test.truthy(turns >= FEWEST, turns)
end)

test("a body that expands", function()
  local turns = turns_beside(function()
    local response <close> = http.get(url "/compress/bomb/br")
    for _ in response:chunks() do end
  end)
  test.truthy(turns >= FEWEST, turns)
end)

test("a body that is sent", function()
  local piece = ("x"):rep(1 << 20)
  local turns = turns_beside(function()
    local left = 100
    http.post(url "/upload", { body = function()
      left = left - 1
      return left >= 0 and piece or nil
    end }):close()
  end)
  test.truthy(turns >= FEWEST, turns)
end)
