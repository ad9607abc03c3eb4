-- list, walk, mkdir, remove.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

-- Makes files (and the directories they are in).
local function make(join, names)
  for _, name in ipairs(names) do
    fs.mkdir(fs.path.dirname(join(name)), { parents = true })
    fs.write_file(join(name), name)
  end
end

local function walked(dir, ...)
  local found = {}
  for path, type in fs.walk(dir, ...) do found[#found + 1] = path:sub(#dir + 2) .. " " .. type end
  return found
end

test("list gives name and type, sorted", function()
  support.in_dir(function(join, dir)
    make(join, { "b", ".a", "d/x", "B", "\xff" })
    fs.symlink("b", join("c"))
    same(fs.list(dir), {
      { name = ".a", type = "file" }, { name = "B", type = "file" }, { name = "b", type = "file" },
      { name = "c", type = "link" }, { name = "d", type = "directory" }, { name = "\xff", type = "file" },
    })
    same(fs.list(join("d")), { { name = "x", type = "file" } })
    same(test.raises("io", fs.list, join("b")).code, "ENOTDIR")
  end)
end)

test("walk: a directory before what is in it", function()
  support.in_dir(function(join, dir)
    make(join, { "a/b/c", "a/b.txt", "z" })
    fs.mkdir(join("empty"))
    same(walked(dir), { "a directory", "a/b directory", "a/b/c file", "a/b.txt file", "empty directory", "z file" })
    same(walked(dir, { max_depth = 1 }), { "a directory", "empty directory", "z file" })
    same(test.raises("io", fs.walk, join("none")).code, "ENOENT")
    truthy(tostring(test.raises("usage", fs.walk, dir, { folow = true })):find("did you mean 'follow'", 1, true))
    test.raises("option 'follow'", fs.walk, dir, { follow = "yes" })
    test.raises("option 'max_depth'", fs.walk, dir, { max_depth = "1" })
    test.raises("option 'max_depth'", fs.walk, dir, { max_depth = 0 })
  end)
end)

test("walk does not follow links, unless asked to, and never in a circle", function()
  support.in_dir(function(join, dir)
    make(join, { "a/f" })
    fs.symlink("..", join("a/up"))
    fs.symlink("a", join("l"))
    same(walked(dir), { "a directory", "a/f file", "a/up link", "l link" })
    same(walked(dir, { follow = true }), {
      "a directory", "a/f file", "a/up directory", "l directory", "l/f file", "l/up directory",
    })
  end)
end)

test("walk passes over what vanishes, and can skip", function()
  support.in_dir(function(join, dir)
    make(join, { "a/f", "b/f", "c/f", "d/f" })
    local seen = {}
    local walk = fs.walk(dir)
    for path in walk do
      seen[#seen + 1] = path:sub(#dir + 2)
      if path == join("a") then fs.remove(path, { recursive = true }) end
      if path == join("b") then
        fs.remove(path, { recursive = true })
        fs.write_file(path, "")
      end
      if path == join("c") then walk:skip() end
    end
    same(seen, { "a", "b", "c", "d", "d/f" })
    local closed <close> = fs.walk(dir)
    closed()
    closed:close()
    same(closed(), nil)
  end)
end)

test("mkdir: one, or with its parents", function()
  support.in_dir(function(join)
    fs.mkdir(join("a"))
    same(test.raises("io", fs.mkdir, join("a")).code, "EEXIST")
    same(test.raises("io", fs.mkdir, join("x/y")).code, "ENOENT")
    fs.mkdir(join("x/y//z/"), { parents = true, mode = tonumber("700", 8) })
    same(fs.stat(join("x/y/z")).mode, tonumber("700", 8))
    fs.mkdir(join("x/y"), { parents = true })
    fs.write_file(join("f"), "")
    same(test.raises("io", fs.mkdir, join("f"), { parents = true }).code, "EEXIST")
    same(test.raises("io", fs.mkdir, join("f/g/h"), { parents = true }).code, "ENOTDIR")
  end)
end)

test("mkdir with parents, many at once in the same place", function()
  support.in_dir(function(join)
    local calls = {}
    for i = 1, 20 do calls[i] = function() fs.mkdir(join("a/b/c/d/" .. i), { parents = true }) end end
    async.gather(calls)
    same(#fs.list(join("a/b/c/d")), 20)
  end)
end)

test("remove: files, links, empty directories", function()
  support.in_dir(function(join, dir)
    make(join, { "f", "d/g" })
    fs.symlink("d", join("l"))
    fs.remove(join("l"))
    same(test.raises("io", fs.remove, join("d")).code, "ENOTEMPTY")
    fs.remove(join("d/g"))
    fs.remove(join("d"))
    fs.remove(join("f"))
    same(fs.list(dir), {})
    same(test.raises("io", fs.remove, join("f")).code, "ENOENT")
    fs.remove(join("f"), { missing_ok = true })
    fs.remove(join("f"), { missing_ok = true, recursive = true })
  end)
end)

test("remove recursively leaves alone what links lead to", function()
  support.in_dir(function(join, dir)
    make(join, { "keep/f", "d/a/b/c", "d/a/x", "d/y" })
    fs.symlink("../keep", join("d/link"))
    fs.symlink(".", join("d/self"))
    fs.symlink("keep", join("root_link"))
    fs.remove(join("d"), { recursive = true })
    fs.remove(join("root_link"), { recursive = true })
    same(walked(dir), { "keep directory", "keep/f file" })
  end)
end)

test("remove recursively goes deep with few descriptors", function()
  support.in_dir(function(join)
    local deep = ("d/"):rep(1100)
    fs.mkdir(join("t/" .. deep), { parents = true })
    fs.remove(join("t"), { recursive = true })
    same(fs.exists(join("t")), false)
  end)
end)

test("remove recursively, several at once in one tree: who comes late finds it gone, no part of it", function()
  support.in_dir(function(join)
    local names = {}
    for i = 1, 300 do names[i] = ("t/%d/%d/f"):format(i % 10, i) end
    make(join, names)
    local calls = {}
    for i = 1, 4 do
      calls[i] = function()
        local good, err = pcall(fs.remove, join("t"), { recursive = true })
        same({ good or err.code, good or err.path }, good and { true, true } or { "ENOENT", join("t") })
        same(fs.exists(join("t")), false)
      end
    end
    async.gather(calls)
  end)
end)

test("remove recursively with no descriptors left says so", function()
  support.in_dir(function(join)
    make(join, { "t/a/b/f" })
    local code = [[
      local fs = require "arun.fs"
      local held = {}
      while pcall(function() held[#held + 1] = fs.open("/dev/null") end) do end
      for _ = 1, 3 do
        print(select(2, pcall(fs.remove, %q, { recursive = true })))
        table.remove(held):close()
      end
    ]]
    local message = "remove %s: too many open files (EMFILE)\n"
    local said = support.run_with_descriptors(50, code:format(join("t")))
    if not said then return end
    same(said, message:format(join("t")) .. message:format(join("t/a")) .. "\n")
    same(fs.exists(join("t")), false)
  end)
end)

test("remove names what it could not remove, and does not begin with . or ..", function()
  same(test.raises("io", fs.remove, "/proc/self/fdinfo/", { recursive = true }).path:find("^/proc/self/fdinfo/%d"), 1)
  support.in_dir(function(join)
    make(join, { "d/f" })
    for _, path in ipairs { "d/.", "d/..", "d/../" } do
      same(test.raises("io", fs.remove, join(path), { recursive = true }).code, "EINVAL")
    end
    same(fs.exists(join("d/f")), true)
  end)
end)
