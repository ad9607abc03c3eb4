-- fs.walk: the entries of a directory and all below it, one directory read at a time.

local core = require "arun.native.core"
local native = require "arun.native.fs"
local options = require "arun.options"
local path = require "arun.fs.path"

---@class arun.Walk what fs.walk gives: an iterator for `for`, which calls next. To be closed (`<close>`), though it
---holds nothing but what it has read
local Walk = {}
Walk.__index = Walk
Walk.__name = "walk"
local check_self = core.self_check(Walk)

-- A directory that is its own ancestor by way of a symbolic link is not entered again.
local function leads_back(levels, device, inode)
  for i = 1, #levels do
    if levels[i].inode == inode and levels[i].device == device then return true end
  end
  return false
end

local function enter(self, directory)
  local entries, device, inode = native.scan(directory, self.follow)
  if self.follow and leads_back(self.levels, device, inode) then return end
  local levels = self.levels
  levels[#levels + 1] = { path = directory, entries = entries, at = 0, device = device, inode = inode }
end

---The next entry.
---@return string? path nil at the end
---@return string type as in fs.list
function Walk:next()
  check_self(self)
  local levels = self.levels
  local below = self.below
  if below then
    self.below = nil
    local ok, err = pcall(enter, self, below)
    -- Removed since its parent was read, or something else by now: then there is nothing in it.
    if not ok and err.code ~= "ENOENT" and err.code ~= "ENOTDIR" then error(err, 0) end
  end
  while #levels > 0 do
    local level = levels[#levels]
    level.at = level.at + 1
    local entry = level.entries[level.at]
    if entry then
      local found = path.join(level.path, entry.name)
      if entry.type == "directory" and #levels < self.max_depth then self.below = found end
      return found, entry.type
    end
    levels[#levels] = nil
  end
end

---Does not go into the directory that was given last.
function Walk:skip() check_self(self).below = nil end

---Ends the iteration.
function Walk:close() check_self(self).levels, self.below = {}, nil end

Walk.__call = Walk.next
Walk.__close = Walk.close

return function(root, given)
  options.string(root, 1, "walk")
  given = options.check(given, { "follow", "max_depth" })
  local self = setmetatable({
    levels = {},
    follow = options.boolean(given, "follow"),
    max_depth = options.number(given, "max_depth", math.huge, { least = 1, integer = true }),
  }, Walk)
  enter(self, root)
  return self, nil, nil, self
end
