-- lru_cache: the results of a function, remembered for the arguments used last, with one run for all who ask at once.

local async = require "arun.async"
local invoke = require "arun.async.invoke"
local options = require "arun.options"
local check = require "arun.resilience.check"
local keys = require "arun.resilience.keys"

---@class arun.LruCache
local Cache = {}
Cache.__index = Cache
Cache.__name = "lru_cache"

-- An entry is in the tree from its first call on: first with the task that runs fn, then with the results. Entries with
-- results are in a ring, the one used last after `ring`, the one used first before it.

local function unlink(entry)
  entry.before.after, entry.after.before = entry.after, entry.before
end

local function link_first(self, entry)
  local ring = self.ring
  entry.before, entry.after = ring, ring.after
  ring.after.before = entry
  ring.after = entry
end

local function drop(self, entry)
  if self.entries:get(entry.path) ~= entry then return end
  self.entries:remove(entry.path)
  if entry.results then
    unlink(entry)
    self.size = self.size - 1
  end
end

local function reset(self)
  self.entries = keys.new()
  self.ring = {}
  self.ring.before, self.ring.after = self.ring, self.ring
  self.size, self.hits, self.misses = 0, 0, 0
end

-- Remembers the results, unless the cache was cleared meanwhile.
local function keep(self, entry, ...)
  if self.entries:get(entry.path) ~= entry then return ... end
  if self.maxsize == 0 then
    drop(self, entry)
    return ...
  end
  entry.results = table.pack(...)
  entry.expires = self.ttl and async.time() + self.ttl
  link_first(self, entry)
  self.size = self.size + 1
  if self.size > self.maxsize then drop(self, self.ring.before) end
  return ...
end

local function fly(self, entry, ...)
  return keep(self, entry, invoke(self.fn, ...))
end

-- The entry for these arguments, if it is of use: neither too old nor of a run that has failed.
local function find(self, path)
  local entry = self.entries:get(path)
  if not entry then return nil end
  local stale
  if entry.results then
    stale = entry.expires and async.time() >= entry.expires
  else
    stale = entry.task:done()
  end
  if not stale then return entry end
  drop(self, entry)
end

-- Whoever stops waiting for a run that brought nothing takes its entry out, the last one if they are cancelled.
local Waiting = {}

function Waiting:__close()
  local entry = self.entry
  if not entry.results and entry.task:done() then drop(self.cache, entry) end
end

---Waits for the run. False when it was cancelled because all who waited for it were: somebody who came since is not.
local function wait(self, entry)
  local _ <close> = setmetatable({ cache = self, entry = entry }, Waiting)
  local ok, err = pcall(async.await, entry.task)
  if not ok and not entry.task:done() then error(err, 0) end -- a run cannot wait for itself
  return not entry.task:cancelled()
end

local function call(self, path, ...)
  local entry = find(self, path)
  local hit = entry ~= nil
  if hit then self.hits = self.hits + 1 else self.misses = self.misses + 1 end
  while true do
    if entry and entry.results then
      unlink(entry)
      link_first(self, entry)
      return table.unpack(entry.results, 1, entry.results.n)
    end
    if not entry then
      entry = { path = path }
      entry.task = async.create_task(fly, self, entry, ...)
      self.entries:set(path, entry)
    end
    if wait(self, entry) then return entry.task:result() end
    entry = find(self, path)
  end
end

function Cache:__call(...)
  if self.key then return call(self, keys.path(invoke(self.key, ...)), ...) end
  return call(self, keys.path(...), ...)
end

---How it does.
---@return {hits: integer, misses: integer, size: integer, maxsize: number} info `hits`: calls that found a result, or a
---run to wait for; `misses`: calls that ran fn; `size`: results kept
function Cache:info()
  return { hits = self.hits, misses = self.misses, size = self.size, maxsize = self.maxsize }
end

---Forgets all results and sets the counts to 0. What runs goes on for those who wait for it.
function Cache:clear() reset(self) end

return function(fn, given)
  given = options.check(given, { "maxsize", "ttl", "key" })
  if not check.callable(fn) then
    options.usage(("bad argument #1 to 'lru_cache' (function expected, got %s)"):format(type(fn)), 2)
  end
  local self = setmetatable({
    fn = fn,
    maxsize = check.number(given, "maxsize", 128, { least = 0, integer = true }),
    ttl = given.ttl ~= nil and check.number(given, "ttl", nil, { above = 0 }) or nil,
    key = check.fn(given, "key"),
  }, Cache)
  reset(self)
  return self
end
