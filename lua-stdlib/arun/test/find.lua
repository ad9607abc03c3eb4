-- Test files: those that are named, and those in directories.

local fs = require "arun.fs"

---@param paths string[]
---@return string[]? files in the order of the paths, those of a directory by name; nil when a path is wrong
---@return string? message
return function(paths)
  local files, seen = {}, {}
  local function add(path)
    path = path:gsub("^%./", "")
    if not seen[path] then
      seen[path] = true
      files[#files + 1] = path
    end
  end
  for _, path in ipairs(paths) do
    local ok, stat = pcall(fs.stat, path)
    if not ok then return nil, stat.message end
    if stat.type == "directory" then
      local found = {}
      for file, kind in fs.walk(path) do
        local hidden = file:find("/%.", #path + 1)
        if kind == "file" and not hidden and file:find("_test%.lua$") then found[#found + 1] = file end
      end
      table.sort(found)
      for _, file in ipairs(found) do add(file) end
    else
      add(path)
    end
  end
  return files
end
