-- Which locks and semaphores there are: known only while somebody asked for it, a test runner that looks for those that
-- stay held.

local core = require "arun.native.core"

local tracking = {
  made = nil, ---@type {lock: arun.Semaphore, place: string}[]? those made since it was set
}

---Notes a lock or semaphore, with the script's line that made it.
---@param lock arun.Semaphore
---@return arun.Semaphore lock
function tracking.note(lock)
  table.insert(tracking.made, { lock = lock, place = core.place():match "^(.*):" or "?" })
  return lock
end

return tracking
