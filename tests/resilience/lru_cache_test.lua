-- lru_cache: what is remembered, and for how long.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

-- A function that gives its arguments back, and the list of the first of each call.
local function recorder()
  local calls = {}
  return function(...)
    calls[#calls + 1] = (...)
    return ...
  end, calls
end

test("remembers all results", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn)
  for _ = 1, 3 do same(table.pack(cached("a", nil, 3, nil)), { n = 4, "a", nil, 3, nil }) end
  same(calls, { "a" })
  same(cached:info(), { hits = 2, misses = 1, size = 1, maxsize = 128 })
end)

test("async functions, and tables that can be called", function()
  local count = 0
  local cached = resilience.lru_cache(async(function(x)
    async.sleep(0)
    count = count + 1
    return x * 2
  end))
  same({ cached(2), cached(2) }, { 4, 4 })
  same(count, 1)
  local outer = resilience.lru_cache(cached)
  same({ outer(2), outer(3), outer(3) }, { 4, 6, 6 })
  same(count, 2)
end)

test("a hit does not suspend", function()
  local cached = resilience.lru_cache(function(x) return x end)
  cached(1)
  local ran = false
  local task = async.create_task(function() ran = true end)
  cached(1)
  truthy(not ran)
  async.await(task)
end)

test("forgets what was used least recently", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn, { maxsize = 2 })
  cached "a"
  cached "b"
  cached "a"
  cached "c" -- b goes
  cached "a"
  cached "c"
  same(calls, { "a", "b", "c" })
  cached "b" -- a goes
  cached "c"
  cached "a"
  same(calls, { "a", "b", "c", "b", "a" })
  same(cached:info().size, 2)
end)

test("maxsize 0 remembers nothing, infinity everything", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn, { maxsize = 0 })
  same({ cached(1), cached(1) }, { 1, 1 })
  same(calls, { 1, 1 })
  same(cached:info().size, 0)
  cached = resilience.lru_cache(fn, { maxsize = math.huge })
  for i = 1, 1000 do cached(i) end
  same(cached:info().size, 1000)
end)

test("ttl: a result is too old after so many seconds", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn, { ttl = 0.05 })
  cached(1)
  cached(1)
  same(#calls, 1)
  async.sleep(0.055)
  cached(1)
  same(#calls, 2)
  same(cached:info(), { hits = 1, misses = 2, size = 1, maxsize = 128 })
end)

test("an error is not remembered", function()
  local count = 0
  local cached = resilience.lru_cache(function()
    count = count + 1
    if count == 1 then error("first", 0) end
    return count
  end)
  same({ pcall(cached) }, { false, "first" })
  same({ cached(), cached() }, { 2, 2 })
  same(cached:info(), { hits = 1, misses = 2, size = 1, maxsize = 128 })
end)

test("clear forgets", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn, { maxsize = 2 })
  for i = 1, 3 do cached(i) end
  cached:clear()
  same(cached:info(), { hits = 0, misses = 0, size = 0, maxsize = 2 })
  for i = 1, 3 do cached(i) end
  same(#calls, 6)
  same(cached:info().size, 2)
end)

test("wrong options", function()
  test.raises("usage", resilience.lru_cache, 1)
  test.raises("option 'maxsize'", resilience.lru_cache, print, { maxsize = -1 })
  test.raises("option 'ttl'", resilience.lru_cache, print, { ttl = 0 })
  test.raises("option 'key'", resilience.lru_cache, print, { key = 1 })
  test.raises("did you mean 'maxsize'", resilience.lru_cache, print, { max_size = 1 })
end)
