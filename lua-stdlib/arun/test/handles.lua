-- Handles that a test leaves open: files, sockets, listeners, watches, sessions.

local core = require "arun.native.core"

local handles = {}

---What is opened from now on has a higher number.
---@return integer
function handles.mark()
  local _, last = core.open_handles(math.maxinteger)
  return last
end

---Those opened since then that are open, by number. An idle connection that a session keeps is none.
---@param mark integer
---@return table<integer, {what: string, place: string, task: string}>
function handles.opened(mark)
  local opened = {}
  for _, handle in ipairs((core.open_handles(mark))) do
    if not handle.kept then opened[handle.number] = handle end
  end
  return opened
end

---What was opened since then and was not closed, as texts. What only the collector would close counts as well: it may
---take its time.
---@param mark integer
---@param kept table<integer, any>? numbers of those that may be
---@return string[]
function handles.left(mark, kept)
  local opened = handles.opened(mark)
  local texts, numbers = {}, {}
  for number in pairs(opened) do
    if not (kept and kept[number]) then numbers[#numbers + 1] = number end
  end
  table.sort(numbers)
  for i, number in ipairs(numbers) do
    local handle = opened[number]
    texts[i] = ("left open: %s (opened at %s)"):format(handle.what, handle.place)
  end
  return texts
end

return handles
