-- Queues between tasks. A put into a queue with room, and a get from one with items, do not suspend (this is what
-- makes them fast); an item put while somebody waits goes straight to the first who does.

local native = require "arun.native.async"
local core = require "arun.native.core"
local options = require "arun.options"

local waitlist = native.waitlist

local function failure(kind, message)
  return core.error { kind = kind, message = message }
end

---@class arun.Queue first in, first out
local Queue = {}
Queue.__index = Queue
Queue.__name = "queue"

-- Storage of the three kinds: push(self, item) and pop(self), with self.count kept by the queue.
-- The ring of a FIFO queue: items lie in slots first .. first + count - 1, modulo `slots`, which doubles when full.
local function grow(self)
  local items, first, count = self.buffer, self.first, self.count
  local fresh = {}
  for i = 0, count - 1 do fresh[i + 1] = items[(first + i - 1) % self.slots + 1] end
  self.slots = self.slots * 2
  for i = count + 1, self.slots do fresh[i] = false end
  self.buffer, self.first = fresh, 1
end

local function fifo_push(self, item)
  local count = self.count
  if count == self.slots then grow(self) end
  local at = self.first + count
  if at > self.slots then at = at - self.slots end
  self.buffer[at] = item
  self.count = count + 1
end

local function fifo_pop(self)
  local items, first = self.buffer, self.first
  local item = items[first]
  items[first] = false
  self.first = first == self.slots and 1 or first + 1
  self.count = self.count - 1
  return item
end

local function lifo_push(self, item)
  self.count = self.count + 1
  self.buffer[self.count] = item
end

local function lifo_pop(self)
  local count = self.count
  local item = self.buffer[count]
  self.buffer[count] = nil
  self.count = count - 1
  return item
end

-- A binary heap of {item, sequence}: equal priorities leave in the order they came.
local function heap_before(self, a, b)
  if self.less(a[1], b[1]) then return true end
  if self.less(b[1], a[1]) then return false end
  return a[2] < b[2]
end

local function heap_push(self, item)
  self.sequence = self.sequence + 1
  local entry, items = { item, self.sequence }, self.buffer
  local last = self.count + 1
  -- All comparisons first: one that raises leaves the heap as it was.
  local place = last
  while place > 1 and heap_before(self, entry, items[place // 2]) do place = place // 2 end
  local at = last
  while at > place do
    items[at] = items[at // 2]
    at = at // 2
  end
  items[place] = entry
  self.count = last
end

local function heap_pop(self)
  local items, count = self.buffer, self.count
  local top, last = items[1], items[count]
  items[count] = nil
  count = count - 1
  self.count = count
  local at = 1
  while at * 2 <= count do
    local child = at * 2
    if child < count and heap_before(self, items[child + 1], items[child]) then child = child + 1 end
    if not heap_before(self, items[child], last) then break end
    items[at] = items[child]
    at = child
  end
  if count > 0 then items[at] = last end
  return top[1]
end

-- Items come in: to the first getter that waits, else into the storage.
local function store(self, item)
  if not (self.getters_wait and self.getters:wake_one(true, item)) then
    self.getters_wait = false
    self:push(item)
  end
  self.unfinished = self.unfinished + 1
end

-- Closed, empty, and no putter on its way that had its place before.
local function exhausted(self)
  return self.closed and self.reserved == 0
end

-- An item goes out, and makes room for the first putter that waits.
local function take(self)
  local item = self:pop()
  if self.putters_wait then
    if not self.putters:wake_one(true) then
      self.putters_wait = false
    else
      self.reserved = self.reserved + 1
    end
  end
  return item
end

---Puts an item in; waits while the queue is full.
---@param item any not nil
---Raises kind "closed" when the queue is closed.
function Queue:put(item)
  if item == nil then options.usage("bad argument #1 to 'put' (an item expected, got nil)", 2) end
  if self.closed then error(failure("closed", "the queue is closed"), 2) end
  if self.count + self.reserved >= self.maxsize then
    self.putters_wait = true
    if not self.putters:wait("room in a queue") then error(failure("closed", "the queue is closed"), 2) end
    self.reserved = self.reserved - 1
    store(self, item)
    if exhausted(self) then self.getters:wake_all(false) end
    return
  end
  store(self, item)
end

---Puts an item in at once.
---@param item any not nil
---Raises kind "full" when there is no room, kind "closed" when the queue is closed.
function Queue:put_nowait(item)
  if item == nil then options.usage("bad argument #1 to 'put_nowait' (an item expected, got nil)", 2) end
  if self.closed then error(failure("closed", "the queue is closed"), 2) end
  if self.count + self.reserved >= self.maxsize then error(failure("full", "the queue is full"), 2) end
  store(self, item)
end

---Takes an item out; waits while there is none.
---@return any item
---Raises kind "closed" when the queue is closed and empty.
function Queue:get()
  if self.count > 0 then return take(self) end
  if exhausted(self) then error(failure("closed", "the queue is closed"), 2) end
  self.getters_wait = true
  local got, item = self.getters:wait("an item of a queue")
  if not got then error(failure("closed", "the queue is closed"), 2) end
  return item
end

---Takes an item out at once.
---@return any item
---Raises kind "empty" when there is none, kind "closed" when the queue is closed and empty.
function Queue:get_nowait()
  if self.count > 0 then return take(self) end
  if exhausted(self) then error(failure("closed", "the queue is closed"), 2) end
  error(failure("empty", "the queue is empty"), 2)
end

---Says that one item that was taken out has been dealt with (see join).
function Queue:task_done()
  if self.unfinished <= 0 then options.usage("task_done was called more often than there were items", 2) end
  self.unfinished = self.unfinished - 1
  if self.unfinished == 0 then self.joiners:wake_all() end
end

---Waits until task_done was called for every item that was put in.
function Queue:join()
  if self.unfinished > 0 then self.joiners:wait("the items of a queue to be dealt with") end
end

---Closes it: no more puts; gets go on until it is empty, then they raise kind "closed".
function Queue:close()
  if self.closed then return end
  self.closed = true
  self.putters:wake_all(false)
  if exhausted(self) then self.getters:wake_all(false) end
end
Queue.__close = Queue.close

---Iterates over the items as they come; ends when the queue is closed and empty.
---@return fun(): any
function Queue:items()
  return function()
    if self.count > 0 then return take(self) end
    if exhausted(self) then return nil end
    self.getters_wait = true
    local _, item = self.getters:wait("an item of a queue")
    return item
  end
end

---@return integer how many items lie in it
function Queue:size() return self.count end
Queue.__len = Queue.size

---@return boolean
function Queue:empty() return self.count == 0 end

---@return boolean
function Queue:full() return self.count + self.reserved >= self.maxsize end

local function new(maxsize, name)
  if maxsize ~= nil and (math.type(maxsize) ~= "integer" or maxsize < 0) then
    options.usage(("bad argument #1 to '%s' (an integer from 0 expected)"):format(name), 3)
  end
  return setmetatable({
    maxsize = maxsize and maxsize > 0 and maxsize or math.huge,
    count = 0, unfinished = 0,
    reserved = 0, -- room promised to putters that were woken and have not run yet
    closed = false, getters_wait = false, putters_wait = false,
    getters = waitlist(), putters = waitlist(), joiners = waitlist(),
    buffer = {},
  }, Queue)
end

return {
  ---A queue, first in, first out.
  ---@param maxsize integer? how many items it holds; none or 0: any number
  ---@return arun.Queue
  queue = function(maxsize)
    local self = new(maxsize, "queue")
    self.push, self.pop, self.first, self.slots = fifo_push, fifo_pop, 1, 8
    for i = 1, self.slots do self.buffer[i] = false end
    return self
  end,
  ---A queue that gives the last item first.
  ---@param maxsize integer?
  ---@return arun.Queue
  lifo_queue = function(maxsize)
    local self = new(maxsize, "lifo_queue")
    self.push, self.pop = lifo_push, lifo_pop
    return self
  end,
  ---A queue that gives the smallest item first, equal ones in the order they came.
  ---@param maxsize integer?
  ---@param less? fun(a: any, b: any): boolean default: `a < b`; for `{priority, value}` pairs, their first fields
  ---@return arun.Queue
  priority_queue = function(maxsize, less)
    local self = new(maxsize, "priority_queue")
    self.push, self.pop, self.sequence = heap_push, heap_pop, 0
    self.less = less or function(a, b)
      if type(a) == "table" and type(b) == "table" and not (getmetatable(a) or {}).__lt then return a[1] < b[1] end
      return a < b
    end
    return self
  end,
}
