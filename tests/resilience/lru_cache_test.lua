-- lru_cache: what is remembered, and for how long.
local async = require "arun.async"
local resilience = require "arun.resilience"
local t = require "harness"
local test, eq, ok = t.test, t.eq, t.ok

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
  for _ = 1, 3 do eq(table.pack(cached("a", nil, 3, nil)), { n = 4, "a", nil, 3, nil }) end
  eq(calls, { "a" })
  eq(cached:info(), { hits = 2, misses = 1, size = 1, maxsize = 128 })
end)

test("async functions, and tables that can be called", function()
  local count = 0
  local cached = resilience.lru_cache(async(function(x)
    async.sleep(0)
    count = count + 1
    return x * 2
  end))
  eq({ cached(2), cached(2) }, { 4, 4 })
  eq(count, 1)
  local outer = resilience.lru_cache(cached)
  eq({ outer(2), outer(3), outer(3) }, { 4, 6, 6 })
  eq(count, 2)
end)

test("a hit does not suspend", function()
  local cached = resilience.lru_cache(function(x) return x end)
  cached(1)
  local ran = false
  local task = async.create_task(function() ran = true end)
  cached(1)
  ok(not ran)
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
  eq(calls, { "a", "b", "c" })
  cached "b" -- a goes
  cached "c"
  cached "a"
  eq(calls, { "a", "b", "c", "b", "a" })
  eq(cached:info().size, 2)
end)

test("maxsize 0 remembers nothing, infinity everything", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn, { maxsize = 0 })
  eq({ cached(1), cached(1) }, { 1, 1 })
  eq(calls, { 1, 1 })
  eq(cached:info().size, 0)
  cached = resilience.lru_cache(fn, { maxsize = math.huge })
  for i = 1, 1000 do cached(i) end
  eq(cached:info().size, 1000)
end)

test("ttl: a result is too old after so many seconds", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn, { ttl = 0.05 })
  cached(1)
  cached(1)
  eq(#calls, 1)
  async.sleep(0.055)
  cached(1)
  eq(#calls, 2)
  eq(cached:info(), { hits = 1, misses = 2, size = 1, maxsize = 128 })
end)

test("an error is not remembered", function()
  local count = 0
  local cached = resilience.lru_cache(function()
    count = count + 1
    if count == 1 then error("first", 0) end
    return count
  end)
  eq({ pcall(cached) }, { false, "first" })
  eq({ cached(), cached() }, { 2, 2 })
  eq(cached:info(), { hits = 1, misses = 2, size = 1, maxsize = 128 })
end)

test("clear forgets", function()
  local fn, calls = recorder()
  local cached = resilience.lru_cache(fn, { maxsize = 2 })
  for i = 1, 3 do cached(i) end
  cached:clear()
  eq(cached:info(), { hits = 0, misses = 0, size = 0, maxsize = 2 })
  for i = 1, 3 do cached(i) end
  eq(#calls, 6)
  eq(cached:info().size, 2)
end)

test("wrong options", function()
  t.raises("usage", resilience.lru_cache, 1)
  t.raises("option 'maxsize'", resilience.lru_cache, print, { maxsize = -1 })
  t.raises("option 'ttl'", resilience.lru_cache, print, { ttl = 0 })
  t.raises("option 'key'", resilience.lru_cache, print, { key = 1 })
  t.raises("did you mean 'maxsize'", resilience.lru_cache, print, { max_size = 1 })
end)
