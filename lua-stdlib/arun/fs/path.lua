---@meta arun.fs.path
-- Paths as text: nothing here asks the file system, but for the current directory in absolute() and relative(), and
-- nothing suspends. Two families, each as Python has it:
--
-- - join, split, dirname, basename, split_extension, normalize, is_absolute, absolute, relative, common, expand_user
--   behave as in posixpath (os.path): text is cut at the last slash, and a trailing slash counts;
-- - parent, name, stem, suffix, suffixes, parts, with_name, with_stem, with_suffix
--   behave as in pathlib: repeated and trailing slashes and single dots mean nothing.

local native = require "arun.native.fs"
local options = require "arun.options"

local path = {}

local check = options.string

---Joins parts with slashes between them; an absolute part makes those before it void.
---@param first string
---@param ... string
---@return string path
---Raises kind "usage" for parts that are no strings.
---@usage path.join("/etc", "app", "config.toml") --> /etc/app/config.toml
function path.join(first, ...)
  check(first, 1, "join")
  local joined = first
  for i = 1, select("#", ...) do
    local part = select(i, ...)
    check(part, i + 1, "join")
    if part:byte() == 47 then
      joined = part
    elseif joined == "" or joined:byte(-1) == 47 then
      joined = joined .. part
    else
      joined = joined .. "/" .. part
    end
  end
  return joined
end

---Cuts at the last slash.
---@param p string
---@return string directory without trailing slashes, unless it is nothing but slashes
---@return string name what follows the last slash; empty when the path ends with one
function path.split(p)
  check(p, 1, "split")
  local directory, name = p:match("^(.*/)([^/]*)$")
  if not directory then return "", p end
  return directory:match("^(.*[^/])/*$") or directory, name
end

---What stands before the last slash.
---@param p string
---@return string directory empty when there is no slash
function path.dirname(p)
  check(p, 1, "dirname")
  return (path.split(p))
end

---What follows the last slash.
---@param p string
---@return string name
function path.basename(p)
  check(p, 1, "basename")
  return p:match("[^/]*$")
end

---Cuts before the last dot of the last part; dots that the name begins with do not count.
---@param p string
---@return string root
---@return string extension with its dot; empty when there is none
function path.split_extension(p)
  check(p, 1, "split_extension")
  local name = p:match("[^/]*$")
  local stem, extension = name:match("^(%.*[^.].*)(%.[^.]*)$")
  if not stem then return p, "" end
  return p:sub(1, #p - #extension), extension
end

---The extension of the last part, with its dot.
---@param p string
---@return string extension empty when there is none
function path.extname(p)
  check(p, 1, "extname")
  return (select(2, path.split_extension(p)))
end

---Whether it begins with a slash.
---@param p string
---@return boolean
function path.is_absolute(p)
  check(p, 1, "is_absolute")
  return p:byte() == 47
end

-- POSIX lets a system give a meaning to exactly two leading slashes, so they stay.
local function root_of(p)
  return p:match("^//%f[^/]") or p:match("^/")
end

---Takes out repeated slashes, single dots, and parts that are undone by "..". It may lead elsewhere when there are
---symbolic links: fs.realpath asks the file system.
---@param p string
---@return string path "." for an empty one
function path.normalize(p)
  check(p, 1, "normalize")
  local root = root_of(p) or ""
  local kept = {}
  for part in p:gmatch("[^/]+") do
    if part == ".." and (#kept > 0 and kept[#kept] ~= "..") then
      kept[#kept] = nil
    elseif part ~= "." and not (part == ".." and root ~= "") then
      kept[#kept + 1] = part
    end
  end
  local normal = root .. table.concat(kept, "/")
  return normal ~= "" and normal or "."
end

---The path from the root, normalized.
---@param p string
---@return string path
---Raises kind "io" when the current directory is gone.
function path.absolute(p)
  check(p, 1, "absolute")
  if p:byte() ~= 47 then p = path.join(native.current_dir(), p) end
  return path.normalize(p)
end

local function parts_of_absolute(p)
  local parts = {}
  for part in path.absolute(p):gmatch("[^/]+") do parts[#parts + 1] = part end
  return parts
end

---The way to p from another directory.
---@param p string
---@param start? string a directory; default: the current one
---@return string path "." when they are the same
---Raises kind "usage" for an empty path, kind "io" when the current directory is gone.
function path.relative(p, start)
  check(p, 1, "relative")
  if start ~= nil then check(start, 2, "relative") end
  if p == "" then options.usage("bad argument #1 to 'relative' (the path is empty)") end
  local to, from = parts_of_absolute(p), parts_of_absolute(start or ".")
  local same = 0
  while same < #to and same < #from and to[same + 1] == from[same + 1] do same = same + 1 end
  local way = {}
  for _ = same + 1, #from do way[#way + 1] = ".." end
  for i = same + 1, #to do way[#way + 1] = to[i] end
  return #way > 0 and table.concat(way, "/") or "."
end

---The longest directory that all the paths are in.
---@param paths string[] either all absolute or all relative
---@return string path
---Raises kind "usage" for an empty list, and when absolute and relative paths are mixed.
function path.common(paths)
  if type(paths) ~= "table" or #paths == 0 then
    options.usage("bad argument #1 to 'common' (list of paths expected)")
  end
  local common, absolute
  for i, p in ipairs(paths) do
    if type(p) ~= "string" then
      options.usage(("bad argument #1 to 'common' (strings expected, item %d is a %s)"):format(i, type(p)))
    end
    local parts = {}
    for part in p:gmatch("[^/]+") do
      if part ~= "." then parts[#parts + 1] = part end
    end
    if i == 1 then
      common, absolute = parts, path.is_absolute(p)
    elseif path.is_absolute(p) ~= absolute then
      options.usage("bad argument #1 to 'common' (absolute and relative paths are mixed)")
    end
    for j = 1, #common do
      if common[j] ~= parts[j] then
        common = table.move(common, 1, j - 1, 1, {})
        break
      end
    end
  end
  return (absolute and "/" or "") .. table.concat(common, "/")
end

---Puts $HOME in place of a leading "~" that stands alone.
---@param p string
---@return string path unchanged when $HOME is not set
function path.expand_user(p)
  check(p, 1, "expand_user")
  local home = os.getenv("HOME")
  if not home or not (p == "~" or p:match("^~/")) then return p end
  home = home:match("^(.-)/*$")
  local expanded = home .. p:sub(2)
  return expanded ~= "" and expanded or "/"
end

---The parts: the root, if any, then the names.
---@param p string
---@return string[] parts
---@usage path.parts("/usr/./lib//") --> { "/", "usr", "lib" }
function path.parts(p)
  check(p, 1, "parts")
  local parts = { root_of(p) }
  for part in p:gmatch("[^/]+") do
    if part ~= "." then parts[#parts + 1] = part end
  end
  return parts
end

local function from_parts(parts, last)
  local text = table.concat(parts, "/", 1, last)
  if parts[1] and parts[1]:byte() == 47 then
    text = parts[1] .. table.concat(parts, "/", 2, last)
  end
  return text ~= "" and text or "."
end

---The directory that it is in.
---@param p string
---@return string path "." for a single name; the root is its own parent
function path.parent(p)
  check(p, 1, "parent")
  local parts = path.parts(p)
  local count = #parts
  if not (count == 1 and parts[1]:byte() == 47) then count = count - 1 end
  return from_parts(parts, count)
end

---The last part.
---@param p string
---@return string name empty for the root and for "."
function path.name(p)
  check(p, 1, "name")
  local parts = path.parts(p)
  local last = parts[#parts]
  return last and last:byte() ~= 47 and last or ""
end

-- A name begins anywhere but at its only dot, and does not end with one.
local function cut_suffix(name)
  local stem, suffix = name:match("^(.+)(%.[^.]+)$")
  if not stem then return name, "" end
  return stem, suffix
end

---The last part without its suffix.
---@param p string
---@return string stem
function path.stem(p)
  check(p, 1, "stem")
  return (cut_suffix(path.name(p)))
end

---The suffix of the last part, with its dot.
---@param p string
---@return string suffix empty when there is none
function path.suffix(p)
  check(p, 1, "suffix")
  return (select(2, cut_suffix(path.name(p))))
end

---All suffixes of the last part.
---@param p string
---@return string[] suffixes
---@usage path.suffixes("backup.tar.gz") --> { ".tar", ".gz" }
function path.suffixes(p)
  check(p, 1, "suffixes")
  local name = path.name(p)
  local found = {}
  if name:byte(-1) == 46 then return found end
  for suffix in name:gsub("^%.+", ""):gmatch("%.[^.]*") do found[#found + 1] = suffix end
  return found
end

-- The path with another last part, for `what`, whose argument #2 that came from.
local function with_last(p, name, what)
  if name == "" or name == "." or name:find("/", 1, true) then
    options.usage(("bad argument #2 to '%s' (invalid name '%s')"):format(what, name))
  end
  local parts = path.parts(p)
  if path.name(p) == "" then
    options.usage(("bad argument #1 to '%s' ('%s' has an empty name)"):format(what, p))
  end
  parts[#parts] = name
  return from_parts(parts, #parts)
end

---The path with another last part.
---@param p string
---@param name string
---@return string path
---Raises kind "usage" when the path has no last part, or the name is none.
function path.with_name(p, name)
  check(p, 1, "with_name")
  check(name, 2, "with_name")
  return with_last(p, name, "with_name")
end

---The path with another stem; its suffix stays.
---@param p string
---@param stem string
---@return string path
---Raises kind "usage" when the path has no last part, or the result would be no name.
function path.with_stem(p, stem)
  check(p, 1, "with_stem")
  check(stem, 2, "with_stem")
  return with_last(p, stem .. path.suffix(p), "with_stem")
end

---The path with another suffix, or with none.
---@param p string
---@param suffix string with its dot; empty: none
---@return string path
---Raises kind "usage" when the path has no last part, or the suffix is none.
function path.with_suffix(p, suffix)
  check(p, 1, "with_suffix")
  check(suffix, 2, "with_suffix")
  if suffix ~= "" and not suffix:match("^%.[^/]*[^/.]$") then
    options.usage(("bad argument #2 to 'with_suffix' (invalid suffix '%s')"):format(suffix))
  end
  return with_last(p, path.stem(p) .. suffix, "with_suffix")
end

return path
