-- Queues between tasks. A put into a queue with room, and a get from one with items, do not suspend (this is what
-- makes them fast); an item put while somebody waits goes straight to the first who does.

local native = require "arun.native.async"

---@class arun.Queue items on their way from task to task; closed by `<close>`
local Queue = native.queue_methods()

---Puts an item in; waits while the queue is full.
---Raises kind "closed" when the queue is closed.
---@param item any not nil
Queue.put = Queue.put

---Puts an item in at once.
---Raises kind "full" when there is no room, kind "closed" when the queue is closed.
---@param item any not nil
Queue.put_nowait = Queue.put_nowait

---Takes an item out; waits while there is none.
---Raises kind "closed" when the queue is closed and empty.
---@return any item
Queue.get = Queue.get

---Takes an item out at once.
---Raises kind "empty" when there is none, kind "closed" when the queue is closed and empty.
---@return any item
Queue.get_nowait = Queue.get_nowait

---Iterates over the items as they come; ends when the queue is closed and empty.
---@return fun(): any
Queue.items = Queue.items

---Says that one item that was taken out has been dealt with (see join).
---Raises kind "usage" when called more often than there were items.
Queue.task_done = Queue.task_done

---Waits until task_done was called for every item that was put in.
Queue.join = Queue.join

---Closes it: no more puts; gets go on until it is empty, then they raise kind "closed".
Queue.close = Queue.close

---How many items lie in it; `#queue` as well.
---@return integer
Queue.size = Queue.size

---Whether no item lies in it.
---@return boolean
Queue.empty = Queue.empty

---Whether a put would have to wait.
---@return boolean
Queue.full = Queue.full

return {
  ---Makes a queue: first in, first out.
  ---@param maxsize integer? how many items it holds; none or 0: any number
  ---@return arun.Queue
  ---@usage local queue = async.queue(10)
  ---async.create_task(function()
  ---  for i = 1, 100 do queue:put(i) end
  ---  queue:close()
  ---end)
  ---for item in queue:items() do print(item) end
  queue = native.queue,

  ---Makes a queue that gives the last item first.
  ---@param maxsize integer? as for queue
  ---@return arun.Queue
  lifo_queue = native.lifo_queue,

  ---Makes a queue that gives the smallest item first, equal ones in the order they came.
  ---@param maxsize integer? as for queue
  ---@param less? fun(a: any, b: any): boolean default: `a < b`; for `{priority, value}` pairs, their first fields
  ---@return arun.Queue
  priority_queue = native.priority_queue,
}
