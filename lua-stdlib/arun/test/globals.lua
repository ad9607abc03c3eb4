-- Whether a test changed what all tests share: the global table, the current directory. What it changed is put back.

local fs = require "arun.fs"
local native = require "arun.native.test"
local show = require "arun.test.show"

-- A test may have put others in their place.
local debug, getmetatable, next, rawget, rawset = debug, getmetatable, next, rawget, rawset
local setmetatable, table, tostring, type = setmetatable, table, tostring, type

local M = {}

local known, directory -- as they were before the test
local places = {} -- where new globals were set

-- The script's line that runs.
local function line_of_script()
  for level = 3, 20 do
    local info = debug.getinfo(level, "Sl")
    if not info then return nil end
    if info.currentline > 0 and info.source:sub(1, 6) ~= "=arun/" then
      return ("%s:%d"):format(info.short_src, info.currentline)
    end
  end
end

-- Tells where a new global is set. Only for a global table that has no metatable of its own.
local watcher = { __newindex = function(globals, name, value)
  places[name] = line_of_script()
  rawset(globals, name, value)
end }

---What is here from now on is as it should be.
function M.remember()
  known = {}
  for name, value in next, _G do known[name] = value end
  directory = fs.current_dir()
end

function M.watch()
  if getmetatable(_G) == nil then setmetatable(_G, watcher) end
end

---Adds what was changed since to the list, as text, and puts it back.
---@param out string[]? without one, nothing is looked at
function M.check(out)
  if getmetatable(_G) == watcher then setmetatable(_G, nil) end
  if not out then return end
  local found = {}
  for name, value in next, _G do
    if known[name] ~= value then
      local what = known[name] == nil and "set" or "changed"
      local place = places[name] and (" (at %s)"):format(places[name]) or ""
      local key = type(name) == "string" and name or show.line(name)
      found[#found + 1] = ("global '%s' was %s%s"):format(key, what, place)
      rawset(_G, name, known[name])
    end
  end
  for name, value in next, known do
    if rawget(_G, name) == nil then
      found[#found + 1] = ("global '%s' was removed"):format(tostring(name))
      rawset(_G, name, value)
    end
  end
  table.sort(found)
  table.move(found, 1, #found, #out + 1, out)
  if next(places) then places = {} end
  local now = fs.current_dir()
  if now ~= directory then
    out[#out + 1] = ("the current directory was changed, from %s to %s"):format(directory, now)
    native.change_directory(directory)
  end
end

return M
