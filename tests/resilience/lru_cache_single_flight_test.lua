-- lru_cache: one run of fn for all who ask at the same time.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

-- A cache over a function that waits for the last of these futures, one for each run.
local function gated(options)
  local gates = {}
  local cleaned = { n = 0 }
  local cached = resilience.lru_cache(function()
    local _ <close> = setmetatable({}, { __close = function() cleaned.n = cleaned.n + 1 end })
    gates[#gates + 1] = async.future()
    return async.await(gates[#gates])
  end, options)
  return cached, gates, cleaned
end

local function callers(cached, count)
  local tasks = {}
  for i = 1, count do tasks[i] = async.create_task(function() return cached(1) end) end
  for _ = 1, 3 do async.sleep(0) end
  return tasks
end

test("concurrent misses share one run", function()
  local cached, gates = gated()
  local tasks = callers(cached, 3)
  same(#gates, 1)
  gates[1]:set_result("x")
  same(async.gather(tasks), { "x", "x", "x" })
  same(cached:info(), { hits = 2, misses = 1, size = 1, maxsize = 128 })
end)

test("an error goes to all who wait, the next call runs anew", function()
  local cached, gates = gated()
  local tasks = callers(cached, 3)
  gates[1]:set_error("no")
  for _, task in ipairs(tasks) do same({ pcall(async.await, task) }, { false, "no" }) end
  local again = callers(cached, 1)
  gates[2]:set_result("yes")
  same(async.await(again[1]), "yes")
  same(#gates, 2)
end)

test("one cancelled waiter leaves the run to the others", function()
  for which = 1, 3 do
    local cached, gates = gated()
    local tasks = callers(cached, 3)
    tasks[which]:cancel()
    test.raises("cancelled", async.await, tasks[which])
    gates[1]:set_result("x")
    for i, task in ipairs(tasks) do
      if i ~= which then same(async.await(task), "x") end
    end
    same(#gates, 1)
    same(cached(1), "x")
  end
end)

test("when all are cancelled the run is, and the next call runs anew", function()
  local cached, gates, cleaned = gated()
  local tasks = callers(cached, 2)
  for _, task in ipairs(tasks) do task:cancel() end
  for _, task in ipairs(tasks) do test.raises("cancelled", async.await, task) end
  same(cleaned.n, 1)
  same(cached:info().size, 0)
  local again = callers(cached, 1)
  same(#gates, 2)
  gates[2]:set_result("x")
  same(async.await(again[1]), "x")
end)

test("who comes while a cancelled run cleans up gets a run of their own", function()
  local runs = 0
  local cached = resilience.lru_cache(function()
    runs = runs + 1
    local _ <close> = setmetatable({}, { __close = function(_, err) if err then async.sleep(0.005) end end })
    if runs == 1 then async.sleep(10) end
    return runs
  end)
  local first = async.create_task(function() return cached(1) end)
  async.sleep(0.001)
  first:cancel()
  async.sleep(0.001)
  same(cached(1), 2)
  test.raises("cancelled", async.await, first)
  truthy(first:cancelled())
end)

test("cancelled before the run began", function()
  local cached, gates = gated()
  local task = async.create_task(function() return cached(1) end)
  async.create_task(function() task:cancel() end)
  test.raises("cancelled", async.await, task)
  same(#gates <= 1, true)
  local again = callers(cached, 1)
  gates[#gates]:set_result("x")
  same(async.await(again[1]), "x")
end)

test("a run that began before clear is not remembered", function()
  local cached, gates = gated()
  local tasks = callers(cached, 1)
  cached:clear()
  local later = callers(cached, 1)
  same(#gates, 2)
  gates[1]:set_result("old")
  same(async.await(tasks[1]), "old")
  gates[2]:set_result("new")
  same(async.await(later[1]), "new")
  same(cached(1), "new")
  same(cached:info().size, 1)
end)

test("results too many for the cache still reach those who wait", function()
  local cached = resilience.lru_cache(function(x)
    async.sleep(0.001)
    return x
  end, { maxsize = 2 })
  local calls = {}
  for i = 1, 10 do calls[i] = function() return cached(i) end end
  same(async.gather(calls), { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
  same(cached:info().size, 2)
end)
