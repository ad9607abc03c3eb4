-- Responses that a program neither read to the end nor closed: each keeps its connection until Lua collects it. Where
-- somebody waits for a connection, that is not left to chance.

local async = require "arun.async"

local time = async.time

local forgotten = {}

-- While somebody waits a collection is tried after this many seconds, and after twice as many each time it was in vain,
-- until they are more than the last. A response that is forgotten later than that comes back when Lua pleases, or
-- when the next request has to wait.
local FIRST_PAUSE, LAST_PAUSE = 0.01, 5

-- A full collection, unless one was in vain a short while ago: they take at most a fiftieth of the time of a program
-- whose connections are all in use for good reason. Whether it helped.
local function collect(pool)
  local start = time()
  if pool.handed == 0 or start < pool.next_collection then return false end
  local before = pool.handed
  collectgarbage()
  if pool.handed < before then return true end
  local now = time()
  pool.next_collection = now + 50 * (now - start)
  return false
end

local function collect_repeatedly(pool)
  local pause = FIRST_PAUSE
  while pause <= LAST_PAUSE do
    async.sleep(pause)
    pause = collect(pool) and FIRST_PAUSE or 2 * pause
  end
end

-- A response was handed over, or somebody began to wait.
function forgotten.watch(pool)
  if pool.waiting_count == 0 or pool.handed == 0 then return end
  if pool.collector and not pool.collector:done() then return end
  pool.collector = async.create_task(collect_repeatedly, pool)
  pool.collector:set_name "collector of forgotten responses"
end

local function stop_waiting(pool)
  pool.waiting_count = pool.waiting_count - 1
  if pool.waiting_count > 0 or not pool.collector then return end
  pool.collector:cancel()
  pool.collector = false
end

local Waiting = { __close = function(self) stop_waiting(self.pool) end }

-- Somebody is about to wait, until the scope of what this gives is left.
function forgotten.begin_waiting(pool)
  collect(pool)
  pool.waiting_count = pool.waiting_count + 1
  forgotten.watch(pool)
  return setmetatable({ pool = pool }, Waiting)
end

return forgotten
