-- write_file replaces a file as a whole.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function names(dir)
  local found = {}
  for i, entry in ipairs(fs.list(dir)) do found[i] = entry.name end
  return found
end

test("who has the old file open goes on seeing the old content", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "old")
    local file <close> = fs.open(join("f"))
    local before = file:stat().ino
    fs.write_file(join("f"), "new")
    same(file:read("a"), "old")
    same(fs.read_file(join("f")), "new")
    truthy(fs.stat(join("f")).ino ~= before)
  end)
end)

test("keeps the permissions there are; a new file gets what the umask leaves", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "1")
    local made = io.open(join("by_io"), "w")
    made:close()
    same(fs.stat(join("f")).mode, fs.stat(join("by_io")).mode)
    for _, mode in ipairs { tonumber("600", 8), tonumber("755", 8), tonumber("666", 8) } do
      fs.chmod(join("f"), mode)
      fs.write_file(join("f"), "2")
      same(fs.stat(join("f")).mode, mode)
    end
  end)
end)

test("mode sets the permissions, whether there was a file or not", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "1", { mode = tonumber("640", 8) })
    same(fs.stat(join("f")).mode, tonumber("640", 8))
    fs.write_file(join("f"), "1", { mode = tonumber("666", 8), sync = true })
    same(fs.stat(join("f")).mode, tonumber("666", 8))
    for _, mode in ipairs { 4096, -1, "x" } do test.raises("usage", fs.write_file, join("f"), "1", { mode = mode }) end
  end)
end)

test("writes through symbolic links, also one whose target does not exist yet", function()
  support.in_dir(function(join)
    fs.mkdir(join("d"))
    fs.write_file(join("d/target"), "old")
    fs.symlink("d/target", join("link"))
    fs.symlink("link", join("second"))
    fs.write_file(join("second"), "new")
    same(fs.read_file(join("d/target")), "new")
    same({ fs.lstat(join("link")).type, fs.lstat(join("second")).type }, { "link", "link" })
    fs.symlink("d/none", join("dangling"))
    fs.write_file(join("dangling"), "made")
    same(fs.read_file(join("d/none")), "made")
    fs.symlink("circle", join("circle"))
    same(test.raises("io", fs.write_file, join("circle"), "x").code, "ELOOP")
  end)
end)

test("a failure names the caller's path, keeps the old file and leaves nothing behind", function()
  support.in_dir(function(join, dir)
    local err = test.raises("io", fs.write_file, join("no/such"), "x")
    same({ err.code, err.operation, err.path }, { "ENOENT", "write", join("no/such") })
    fs.mkdir(join("d"))
    same(test.raises("io", fs.write_file, join("d"), "x").code, "EISDIR")
    same(names(dir), { "d" })
  end)
end)

test("a full disk leaves the old file and no temporary one", function()
  if not fs.exists("/dev/full") then return end
  support.in_dir(function(join)
    fs.symlink("/dev/full", join("full"))
    same(test.raises("io", fs.write_file, join("full"), "x").code, "ENOSPC")
  end)
end)

test("a path may be as long as the system allows", function()
  support.in_dir(function(_, dir)
    local longest = 4095
    while #dir < longest - 257 do dir = dir .. "/" .. ("d"):rep(250) end
    dir = dir .. "/" .. ("d"):rep(longest - 3 - #dir)
    fs.mkdir(dir, { parents = true })
    local path = dir .. "/f"
    same(#path, longest)
    fs.write_file(path, "content")
    same(fs.read_file(path), "content")
    same(test.raises("io", fs.write_file, path .. "f", "").code, "ENAMETOOLONG")
  end)
end)

-- As somebody who may write in the directory, over a file of another owner and group.
local function over_a_file_of_others(mode, group, groups)
  local code = "print(pcall(require('arun.fs').write_file, %q, 'new', { sync = true }))"
  local said, info
  support.in_dir(function(join, dir)
    fs.chmod(dir, tonumber("777", 8))
    fs.write_file(join("f"), "old")
    os.execute(("chown 1:%d %s"):format(group, join("f")))
    fs.chmod(join("f"), tonumber(mode, 8))
    said = support.run_as_other(code:format(join("f")), groups)
    info = fs.stat(join("f"))
    info.mode = ("%o"):format(info.mode)
  end)
  return said, info
end

test("the group stays where that is allowed; rights of a group or owner that was lost are nobody's", function()
  local said, info = over_a_file_of_others("6676", 1234, "1234")
  if not said then return end
  same({ info.uid, info.gid, info.mode }, { 65534, 1234, "2676" }, said)
  said, info = over_a_file_of_others("6676", 1234)
  same({ info.uid, info.gid, info.mode }, { 65534, 65534, "666" }, said)
end)

test("a file that may not be written is not replaced", function()
  local said, info = over_a_file_of_others("644", 1234)
  if not said then return end
  truthy(said:find("^false.*EACCES"), said)
  same(info.uid, 1)
end)

test("writers at the same time: one of their contents, whole", function()
  support.in_dir(function(join, dir)
    local contents = {}
    for i = 1, 20 do contents[i] = tostring(i % 10):rep(100000) end
    async.map(contents, function(content) fs.write_file(join("f"), content) end, { concurrency = 20 })
    local found = fs.read_file(join("f"))
    same(found, found:sub(1, 1):rep(100000))
    same(names(dir), { "f" })
  end)
end)

test("cancelled at any moment: old or new, never a part, no temporary file, no descriptor", function()
  support.in_dir(function(join, dir)
    local old, new = ("o"):rep(200000), ("n"):rep(200000)
    fs.write_file(join("f"), old)
    local before = support.descriptors()
    support.cancel_everywhere(30, function() fs.write_file(join("f"), new) end)
    support.eventually("descriptors closed", function() return support.descriptors() == before end)
    support.eventually("nothing left behind", function() return #fs.list(dir) == 1 end)
    local found = fs.read_file(join("f"))
    truthy(found == old or found == new)
  end)
end)

test("devices and FIFOs are written to, not replaced", function()
  fs.write_file("/dev/null", "x")
  same(fs.stat("/dev/null").type, "char")
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local reader = async.create_task(fs.read_file, fifo)
    fs.write_file(fifo, "hello")
    same(async.await(reader), "hello")
    same(fs.stat(fifo).type, "fifo")
  end)
end)

test("what only the system can follow is written to as well", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local file <close> = fs.open(fifo, "r+")
    for _, entry in ipairs(fs.list("/proc/self/fd")) do
      local path = "/proc/self/fd/" .. entry.name
      local good, target = pcall(fs.readlink, path)
      if good and target == fifo then
        fs.remove(fifo)
        fs.write_file(path, "hello\n")
        same(file:read("l"), "hello")
      end
    end
    same(fs.exists(fifo), false)
  end)
end)

test("append_file adds at the end, and makes the file", function()
  support.in_dir(function(join)
    fs.append_file(join("f"), "one\n")
    fs.append_file(join("f"), "two\n", { sync = true })
    same(fs.read_file(join("f")), "one\ntwo\n")
    same(test.raises("io", fs.append_file, join("no/such"), "x").operation, "append")
  end)
end)

test("an unknown option is refused, naming the nearest", function()
  test.contains(tostring(test.raises("usage", fs.write_file, "/tmp/x", "y", { snyc = true })), "did you mean 'sync'")
  test.raises("usage", fs.append_file, "/tmp/x", "y", { mode = 1 })
end)
