-- Which locks and semaphores there are: known only while somebody asked for it, a test runner that looks for those that
-- stay held.

local tracking = {
  made = nil, ---@type table[]? those made since it was set
}

---Notes a lock or semaphore, with the script's line that made it.
---@param lock table
---@return table lock
function tracking.note(lock)
  lock.made_at = "?"
  for level = 3, 20 do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 and info.source:sub(1, 6) ~= "=arun/" then
      lock.made_at = ("%s:%d"):format(info.short_src, info.currentline)
      break
    end
  end
  table.insert(tracking.made, lock)
  return lock
end

return tracking
