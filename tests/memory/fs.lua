-- A bit of everything of arun.fs that allocates, in the directory that is the argument. It leaves nothing there.
local async = require "arun.async"
local fs = require "arun.fs"

local parent = ...
local dir <close> = fs.temp_dir { dir = parent }
local function path(...) return fs.path.join(dir.path, ...) end

local found = {}
local function note(...)
  for _, value in ipairs { ... } do found[#found + 1] = tostring(value) end
end

fs.write_file(path("f"), "one\n2 3\nfour", { sync = false, mode = 384 })
fs.append_file(path("f"), "\n")
note(#fs.read_file(path("f")), fs.stat(path("f")).mode, fs.exists(path("g")))
do
  local file <close> = fs.open(path("f"), "r+")
  note(file:read("l", "n", "n"))
  for line in file:lines("L") do note(#line) end
  file:seek("set", 4)
  file:write("5", 6, "x"):truncate()
  note(file:stat().size, file:sync():seek("end"))
end
do
  local file <close> = fs.temp_file { dir = dir.path, suffix = ".tmp" }
  local writers = {}
  for i = 1, 3 do writers[i] = async.create_task(function() file:write(("%d"):format(i):rep(10)) end) end
  async.gather(writers)
  file:seek("set")
  note(file:read("a"))
end

fs.mkdir(path("a/b/c"), { parents = true })
fs.symlink("../f", path("a/link"))
fs.link(path("f"), path("a/hard"))
fs.copy(path("f"), path("a/b/copy"))
fs.rename(path("a/b/copy"), path("a/b/moved"))
fs.chmod(path("a/hard"), 420)
fs.utime(path("a/hard"), 1, 2)
note(fs.readlink(path("a/link")), fs.realpath(path("a/link")) == fs.realpath(path("f")), fs.lstat(path("a/link")).type)
for entry, kind in fs.walk(path("a"), { max_depth = 2 }) do note(fs.path.relative(entry, dir.path), kind) end
note(#fs.list(path("a")), #fs.glob(path("**/{h*,mo?ed}")))

do
  local watch <close> = fs.watch(path("a"), { recursive = true })
  fs.write_file(path("a/b/new"), "")
  note(watch().event)
end
note(select(2, pcall(fs.read_file, path("none"))).code, select(2, pcall(fs.open, "", "r")).code)
note(select(2, pcall(fs.rename, path("none"), path("x"))).operation, select(2, pcall(fs.open, path("f"), "z")).kind)
note(async.move_on_after(0.001, function()
  local held <close> = fs.open(path("f"))
  async.sleep(10)
end))
fs.remove(path("a"), { recursive = true })
fs.temp_dir { dir = parent } -- for the collector

result = table.concat(found, " ")
