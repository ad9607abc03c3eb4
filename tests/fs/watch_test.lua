-- watch: changes as they happen.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local ends = 0

-- Does `act`, then makes a last file; all changes until then, as text without the directory's path.
local function changes(join, dir, watch, act)
  act()
  ends = ends + 1
  local last = join("end" .. ends)
  fs.append_file(last, "")
  local found = {}
  for change in watch do
    if change.path == last then break end
    local from = change.from and (" from " .. change.from:sub(#dir + 2)) or ""
    found[#found + 1] = change.event .. " " .. change.path:sub(#dir + 2) .. from
  end
  return found
end

test("files made, changed, renamed, removed", function()
  support.in_dir(function(join, dir)
    local watch <close> = fs.watch(dir)
    same(changes(join, dir, watch, function()
      fs.append_file(join("a"), "1")
      fs.append_file(join("a"), "2")
      fs.rename(join("a"), join("b"))
      fs.chmod(join("b"), 0)
      fs.remove(join("b"))
    end), { "create a", "change a", "rename b from a", "change b", "remove b" })
  end)
end)

test("renamed out of what is watched is removed, into it is created", function()
  support.in_dir(function(join)
    fs.mkdir(join("in"))
    local watch <close> = fs.watch(join("in"))
    fs.append_file(join("x"), "")
    same(changes(function(name) return join("in", name) end, join("in"), watch, function()
      fs.rename(join("x"), join("in/x"))
      fs.rename(join("in/x"), join("y"))
    end), { "create x", "remove x" })
  end)
end)

test("the last thing that happens is a renaming to the outside: told without a further change", function()
  support.in_dir(function(join)
    fs.mkdir(join("in"))
    fs.append_file(join("in/x"), "")
    local watch <close> = fs.watch(join("in"))
    fs.rename(join("in/x"), join("x"))
    same(watch(), { event = "remove", path = join("in/x") })
  end)
end)

test("write_file's replacement of a watched file is seen, again and again", function()
  support.in_dir(function(join)
    fs.write_file(join("config"), "1")
    fs.write_file(join("other"), "1")
    local watch <close> = fs.watch(join("config"))
    for i = 1, 3 do
      fs.write_file(join("other"), "2")
      fs.write_file(join("config"), tostring(i))
      local change = watch()
      same({ change.event, change.path }, { "rename", join("config") })
    end
    fs.append_file(join("config"), "4")
    same(watch(), { event = "change", path = join("config") })
    fs.remove(join("config"))
    same(watch(), { event = "remove", path = join("config") })
    fs.append_file(join("config"), "")
    same(watch(), { event = "create", path = join("config") })
  end)
end)

test("recursive: directories there are, made and renamed", function()
  support.in_dir(function(join, dir)
    fs.mkdir(join("a/b"), { parents = true })
    local watch <close> = fs.watch(dir, { recursive = true })
    same(changes(join, dir, watch, function()
      fs.append_file(join("a/b/f"), "")
      fs.rename(join("a"), join("c"))
    end), { "create a/b/f", "rename c from a" })
    same(changes(join, dir, watch, function() fs.append_file(join("c/b/g"), "") end), { "create c/b/g" })
  end)
end)

test("recursive: what is in a new directory before it is watched is told once", function()
  support.in_dir(function(join, dir)
    for round = 1, 10 do
      local watch <close> = fs.watch(dir, { recursive = true })
      local top = "new" .. round
      local found = changes(join, dir, watch, function()
        fs.mkdir(join(top, "x/y"), { parents = true })
        fs.append_file(join(top, "x/y/f"), "")
        fs.append_file(join(top, "x/g"), "")
      end)
      table.sort(found)
      local at_end = changes(join, dir, watch, function() fs.append_file(join(top, "x/y/h"), "") end)
      for _, change in ipairs(at_end) do found[#found + 1] = change end
      local times = {}
      for _, change in ipairs(found) do times[change] = (times[change] or 0) + 1 end
      for _, name in ipairs { top, top .. "/x", top .. "/x/y", top .. "/x/y/f", top .. "/x/g", top .. "/x/y/h" } do
        same(times["create " .. name], 1, name)
      end
    end
  end)
end)

test("a directory renamed out is watched no longer", function()
  support.in_dir(function(join)
    fs.mkdir(join("in/d"), { parents = true })
    local watch <close> = fs.watch(join("in"), { recursive = true })
    local inside = function(name) return join("in", name) end
    same(changes(inside, join("in"), watch, function() fs.rename(join("in/d"), join("d")) end), { "remove d" })
    same(changes(inside, join("in"), watch, function() fs.append_file(join("d/f"), "") end), {})
  end)
end)

test("ends when the watched directory is gone", function()
  support.in_dir(function(join)
    fs.mkdir(join("d"))
    local events = {}
    local watching = async.create_task(function()
      for change in fs.watch(join("d")) do events[#events + 1] = change end
    end)
    for _ = 1, 3 do fs.stat(join("d")) end
    fs.remove(join("d"))
    async.await(watching)
    truthy(#events <= 1)
    if events[1] then same(events[1], { event = "remove", path = join("d") }) end
  end)
end)

test("closing wakes who waits; leaving the loop closes", function()
  support.in_dir(function(join, dir)
    local before = support.descriptors()
    local watch = fs.watch(dir)
    local waiting = async.create_task(function() return watch() end)
    async.sleep(0)
    test.raises("usage", watch)
    watch:close()
    watch:close()
    same(test.raises("closed", async.await, waiting).path, dir)
    same(watch(), nil)
    fs.append_file(join("f"), "")
    local task = async.create_task(function()
      for change in fs.watch(dir) do
        if change.event == "change" then return change.event end
      end
    end)
    while not task:done() do fs.append_file(join("f"), "x") end
    same(async.await(task), "change")
    same(support.descriptors(), before)
  end)
end)

test("cancelling a wait keeps the changes for the next", function()
  support.in_dir(function(join, dir)
    local watch <close> = fs.watch(dir)
    for _ = 1, 3 do
      local task = async.create_task(function() return watch() end)
      async.sleep(0)
      task:cancel()
      pcall(async.await, task)
    end
    fs.append_file(join("f"), "")
    same(watch(), { event = "create", path = join("f") })
  end)
end)

test("a path that is not there", function()
  local err = test.raises("io", fs.watch, "/none/such")
  same({ err.code, err.path }, { "ENOENT", "/none/such" })
  test.raises("usage", fs.watch, "/tmp", { recursiv = true })
  test.raises("option 'recursive'", fs.watch, "/tmp", { recursive = 1 })
end)

test("errors name what was to be watched", function()
  local code = [[
    local fs = require "arun.fs"
    local held = {}
    while pcall(function() held[#held + 1] = fs.open("/dev/null") end) do end
    print(select(2, pcall(fs.watch, "/dev")))
  ]]
  local message = "watch /dev: too many open files (EMFILE)\n"
  same(support.run_with_descriptors(50, code) or message, message)
end)
