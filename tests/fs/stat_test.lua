-- stat, lstat, exists, chmod, utime.
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("tells what the system knows", function()
  support.in_dir(function(join, dir)
    fs.write_file(join("f"), "12345")
    fs.link(join("f"), join("g"))
    local info = fs.stat(join("f"))
    same({ info.type, info.size, info.nlink }, { "file", 5, 2 })
    same({ info.ino, info.dev }, { fs.stat(join("g")).ino, fs.stat(dir).dev })
    for _, field in ipairs { "uid", "gid", "blocks", "blksize", "mode" } do same(math.type(info[field]), "integer") end
    truthy(math.abs(info.mtime - os.time()) < 100)
    same(fs.stat(dir).type, "directory")
    same(fs.stat("/dev/null").type, "char")
    same(fs.stat(support.fifo(join("fifo"))).type, "fifo")
  end)
end)

test("stat follows links, lstat does not", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "12345")
    fs.symlink("f", join("link"))
    same({ fs.stat(join("link")).type, fs.lstat(join("link")).type }, { "file", "link" })
    fs.symlink("nothing", join("dangling"))
    same(test.raises("io", fs.stat, join("dangling")).code, "ENOENT")
    same(fs.lstat(join("dangling")).type, "link")
    same({ fs.exists(join("link")), fs.exists(join("dangling")) }, { true, false })
  end)
end)

test("exists is false where a file stands in place of a directory", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "")
    same({ fs.exists(join("f")), fs.exists(join("f/g")), fs.exists(join("none/g")) }, { true, false, false })
    test.raises("usage", fs.exists, nil)
  end)
end)

test("errors name the operation", function()
  same(test.raises("io", fs.stat, "/none").operation, "stat")
  same(test.raises("io", fs.lstat, "/none").operation, "lstat")
  same(test.raises("io", fs.chmod, "/none", 0).operation, "chmod")
  same(test.raises("io", fs.utime, "/none").operation, "utime")
end)

test("chmod sets all twelve bits", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "")
    for _, mode in ipairs { "600", "777", "000", "1755" } do
      fs.chmod(join("f"), tonumber(mode, 8))
      same(fs.stat(join("f")).mode, tonumber(mode, 8))
    end
    test.raises("usage", fs.chmod, join("f"), -1)
    test.raises("usage", fs.chmod, join("f"), "u+x")
  end)
end)

test("utime sets times with fractions; without them it is now", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "")
    fs.utime(join("f"), 1000.5, 2000.25)
    local info = fs.stat(join("f"))
    same({ info.atime, info.mtime }, { 1000.5, 2000.25 })
    fs.utime(join("f"), -1.5, 3)
    same(fs.stat(join("f")).atime, -1.5)
    fs.utime(join("f"))
    truthy(math.abs(fs.stat(join("f")).mtime - os.time()) < 100)
    test.raises("usage", fs.utime, join("f"), 0 / 0)
  end)
end)
