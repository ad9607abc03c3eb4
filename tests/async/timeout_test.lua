-- Time limits: timeout, wait_for, move_on_after. Whose limit it was, and what outside cancellations do to them.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("timeout raises kind timeout, phase total, when its scope ends", function()
  local reached
  local good, err = pcall(function()
    local limit <close> = async.timeout(0.001)
    same({ limit:expired(), type(limit:when()) }, { false, "number" })
    async.sleep(10)
    reached = true
  end)
  same({ good, err.kind, err.phase, reached }, { false, "timeout", "total", nil })
  truthy(tostring(err):find("0.001", 1, true), tostring(err))
  async.sleep(0)
end)

test("in time: nothing happens, now or later", function()
  do
    local _ <close> = async.timeout(0.001)
    async.sleep(0)
  end
  async.sleep(0.003)
  same(table.pack(async.wait_for(async(function() return 1, nil end)(), 10)), { n = 2, 1, nil })
  same({ async.move_on_after(10, function(a, b) return b, a end, 1, 2) }, { true, 2, 1 })
end)

test("pcall inside the scope does not swallow it", function()
  test.raises("timeout", function()
    local _ <close> = async.timeout(0.001)
    while true do pcall(async.sleep, 10) end
  end)
end)

test("wait_for takes a function, a coroutine object, a task, a future", function()
  local function slow() async.sleep(10) end
  local task = async.create_task(slow)
  for _, x in ipairs { slow, async(slow)(), task, async.future() } do
    test.raises("timeout", async.wait_for, x, 0.001)
  end
  truthy(task:cancelled())
  test.raises("usage", async.wait_for, 5, 1)
  test.raises("usage", async.wait_for, slow, "soon")
  test.raises("usage", async.timeout)
  test.raises("usage", async.timeout, 0 / 0)
end)

test("a limit of 0 interrupts the first wait, not what does not wait", function()
  same(async.wait_for(function() return "no wait" end, 0), "no wait")
  test.raises("timeout", async.wait_for, async.future(), 0)
  same((async.move_on_after(0, async.sleep, 10)), false)
end)

test("a limit that is over at once costs a turn, not a millisecond", function()
  local future, start = async.future(), async.time()
  for _ = 1, 100 do
    async.move_on_after(0, async.await, future)
    async.wait({ future }, { timeout = 0 })
  end
  local took = async.time() - start
  truthy(took < 0.1, took)
end)

test("wait_for waits for the clean-up of what it cancelled", function()
  local log = {}
  local task = async.create_task(function()
    local _ <close> = support.closing(function() support.turns() log[#log + 1] = "clean" end)
    async.sleep(10)
  end)
  test.raises("timeout", async.wait_for, task, 0.001)
  same(log, { "clean" })
end)

test("wait_for cancels a task that others await as well, as asyncio does", function()
  local task = support.forever()
  local other = async.create_task(pcall, async.await, task)
  async.sleep(0)
  test.raises("timeout", async.wait_for, task, 0.001)
  truthy(task:cancelled())
  local good, err = async.await(other)
  same({ good, err.kind, err.message }, { false, "cancelled", "timed out after 0.001 s" })
end)

test("a task that ends in time, or was cancelled by somebody else, is no timeout", function()
  local function nap() async.sleep(0) return 1, nil end
  same(table.pack(async.wait_for(async.create_task(nap), 10)), { n = 2, 1, nil })
  test.raises("oops", async.wait_for, async.create_task(error, "oops", 0), 10)
  local task = support.forever()
  async.call_soon(task.cancel, task)
  test.raises("cancelled", async.wait_for, task, 10)
end)

test("a wait_for that is cancelled leaves a task alone that others await", function()
  local task = support.forever()
  local other = async.create_task(async.await, task)
  local waiter = async.create_task(async.wait_for, task, 0.005)
  async.sleep(0)
  waiter:cancel()
  support.cancelled(waiter)
  async.sleep(0.01)
  same(task:done(), false)
  other:cancel()
  support.cancelled(other)
  truthy(task:cancelled())
end)

test("an outer limit of the same instant is the one that is raised, for a task as well", function()
  local reached
  test.raises("timeout", function()
    local _ <close> = async.timeout(0)
    reached = select(2, pcall(async.wait_for, support.forever(), 0))
  end)
  same(reached, nil)
end)

test("a task that answers its cancellation with a value gives that value", function()
  local task = async.create_task(function()
    async.try(async.sleep, 10)
    return "answer"
  end)
  same(async.wait_for(task, 0.001), "answer")
  same(async.wait_for(async(function()
    async.try(async.sleep, 10)
    return "answer"
  end)(), 0.001), "answer")
  async.sleep(0)
end)

test("an error of the clean-up replaces the timeout", function()
  local function body()
    local _ <close> = support.closing(function() error("cannot save", 0) end)
    async.sleep(10)
  end
  same({ pcall(async.wait_for, body, 0.001) }, { false, "cannot save" })
  same({ pcall(async.move_on_after, 0.001, body) }, { false, "cannot save" })
  async.sleep(0)
end)

test("nested: the inner expires, the outer goes on", function()
  local log = {}
  local good = async.move_on_after(10, function()
    log[1] = (async.move_on_after(0.001, async.sleep, 10))
    async.sleep(0)
    log[2] = "went on"
  end)
  same({ good, log }, { true, { false, "went on" } })
end)

test("nested: the outer expires, the inner does not claim it", function()
  local inner_result = "none"
  local good = async.move_on_after(0.001, function()
    inner_result = async.move_on_after(10, async.sleep, 10)
  end)
  same({ good, inner_result }, { false, "none" })
end)

-- Both limits have passed when the loop looks at its timers again.
local function busy(seconds)
  local stop = async.time() + seconds
  while async.time() < stop do end
end

test("both in the same instant: the outer one's", { real_time = true }, function()
  local inner_result = "none"
  local good = async.move_on_after(0.001, function()
    inner_result = async.move_on_after(0.001, function()
      busy(0.003)
      async.sleep(10)
    end)
  end)
  same({ good, inner_result }, { false, "none" })
  good, inner_result = async.move_on_after(0, function() return (async.move_on_after(0, async.sleep, 10)) end)
  same({ good, inner_result }, { false, nil })
  async.sleep(0)
end)

test("the outer expires while the inner's clean-up waits", function()
  local log = {}
  local good, err = pcall(function()
    local outer <close> = async.timeout(0.002)
    log[#log + 1] = async.move_on_after(0.001, function()
      local _ <close> = support.closing(function()
        async.sleep(0.005)
        log[#log + 1] = outer:expired()
      end)
      async.sleep(10)
    end)
    log[#log + 1] = "not reached"
  end)
  same({ good, err.kind, log }, { false, "timeout", { true } })
end)

for name, call in pairs {
  timeout = function(seconds) local _ <close> = async.timeout(seconds) async.sleep(10) end,
  wait_for = function(seconds) async.wait_for(async.future(), seconds) end,
  move_on_after = function(seconds) async.move_on_after(seconds, async.sleep, 10) end,
} do
  test("an outside cancellation is never hidden by " .. name, function()
    local task = async.create_task(function()
      call(10)
      return "swallowed"
    end)
    async.sleep(0)
    task:cancel()
    support.cancelled(task)
  end)

  test("nor when the limit passes in the same moment: " .. name, { real_time = true }, function()
    local task = async.create_task(function()
      pcall(call, 0.001)
      return "swallowed"
    end)
    async.sleep(0)
    busy(0.002)
    task:cancel()
    support.cancelled(task)
  end)

  test("nor when it comes while the limit's clean-up waits: " .. name, function()
    local future = async.future()
    local task = async.create_task(function()
      pcall(function()
        local _ <close> = async.timeout(0)
        local _ <close> = support.closing(function() async.await(future) end)
        call(10)
      end)
      async.sleep(0)
      return "swallowed"
    end)
    async.sleep(0.002)
    task:cancel()
    support.turns()
    future:set_result()
    support.cancelled(task)
  end)
end

test("a task cancelled by somebody else inside the scope is no timeout", function()
  local other = support.forever()
  local task = async.create_task(function()
    local limit <close> = async.timeout(10)
    local good, err = pcall(async.await, other)
    return good, err.kind, limit:expired()
  end)
  support.turns(2)
  other:cancel()
  same({ async.await(task) }, { false, "cancelled", false })
end)

test("reschedule: later, earlier, never", function()
  do
    local limit <close> = async.timeout(0.001)
    limit:reschedule(10)
    async.sleep(0.003)
    limit:reschedule(nil)
    same(limit:when(), nil)
  end
  test.raises("timeout", function()
    local limit <close> = async.timeout(10)
    limit:reschedule(0.001)
    async.sleep(10)
  end)
  local limit = async.timeout(10)
  do local _ <close> = limit end
  test.raises("closed", limit.reschedule, limit, 1)
end)

test("a hundred nested limits", function()
  local function nest(depth)
    if depth == 0 then return async.sleep(10) end
    local _ <close> = async.timeout(depth == 50 and 0.001 or 10)
    nest(depth - 1)
  end
  test.raises("timeout", nest, 100)
  async.sleep(0)
end)

test("a limit dropped without being closed is harmless once collected", function()
  local task = async.create_task(function()
    async.timeout(0.001)
    collectgarbage()
    collectgarbage()
    async.sleep(0.003)
    return "fine"
  end)
  same(async.await(task), "fine")
end)

test("a limit that was not closed says so, and where it was made, when it passes", function()
  local output, code = support.run [[
    local async = require "arun.async"
    local function fetch()
      limit = async.timeout(0.02)
      return 1
    end
    fetch()
    async.sleep(5)]]
  same(code, 1)
  support.holds(output, "the time limit of 0.02 s made at script.lua:3 passed", "not closed", "<close>")
end)

test("what is cancelled by a limit can tell which", function()
  local seen
  pcall(function()
    local _ <close> = async.timeout(0.001)
    async.try(function()
      local _ <close> = support.closing(function(err) seen = err end)
      async.sleep(5)
    end)
  end)
  same(seen.kind, "cancelled")
  truthy(seen.message:find("the time limit of 0.001 s (made at", 1, true), seen.message)
end)

test("a main task that was cancelled says why", function()
  local output, code = support.run [[
    local async = require "arun.async"
    local main = async.current_task()
    async.call_soon(function() main:cancel("no more work") end)
    async.sleep(5)]]
  same(code, 1)
  support.holds(output, "the main task was cancelled: no more work")
end)
