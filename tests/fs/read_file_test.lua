-- read_file: a whole file in one job.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("gives the bytes as they are", function()
  support.in_dir(function(join)
    for _, content in ipairs { "", "x", "a\0b\r\n\xff", ("0123456789"):rep(100000) } do
      fs.write_file(join("f"), content)
      truthy(fs.read_file(join("f")) == content, #content .. " bytes")
    end
  end)
end)

test("reads files of /proc, which say they are empty", function()
  truthy(fs.read_file("/proc/self/status"):find("^Name:%s+%w"))
  same(fs.stat("/proc/self/status").size, 0)
end)

test("many at once each get their own", function()
  support.in_dir(function(join)
    local names = {}
    for i = 1, 200 do
      names[i] = join("f" .. i)
      fs.write_file(names[i], ("<%d>"):format(i))
    end
    local contents = async.map(names, fs.read_file, { concurrency = 64 })
    for i = 1, 200 do same(contents[i], ("<%d>"):format(i)) end
  end)
end)

test("what the system refuses is kind io with code, operation, path", function()
  support.in_dir(function(join)
    local err = test.raises("io", fs.read_file, join("missing"))
    same({ err.code, err.operation, err.path }, { "ENOENT", "open", join("missing") })
    same(tostring(err), ("open %s: no such file or directory (ENOENT)"):format(join("missing")))
    same(test.raises("io", fs.read_file, "").code, "ENOENT")
  end)
end)

test("a path that would not be seen in the message, or break its line, stands in quotes", function()
  local function message(...) return tostring(test.raises("io", ...)) end
  same(message(fs.read_file, ""), "open '': no such file or directory (ENOENT)")
  same(message(fs.read_file, "none\n"), "open 'none\\n': no such file or directory (ENOENT)")
  same(message(fs.read_file, " none"), "open ' none': no such file or directory (ENOENT)")
  same(message(fs.rename, "\27[2J", ""), "rename '\\x1b[2J' to '': no such file or directory (ENOENT)")
  same(message(fs.read_file, "a none \xff"), "open a none \xff: no such file or directory (ENOENT)")
end)

test("a file that shrinks or grows is read as far as it goes", function()
  support.in_dir(function(join)
    local writer <close> = fs.open(join("f"), "w")
    local reading = async.create_task(function()
      for _ = 1, 200 do
        local size = #fs.read_file(join("f"))
        truthy(size <= 600000, size .. " bytes")
      end
    end)
    while not reading:done() do
      for _, size in ipairs { 0, 600000, 300000 } do writer:truncate(size) end
    end
    async.await(reading)
  end)
end)

test("what is no file", function()
  support.in_dir(function(join, dir)
    same(test.raises("io", fs.read_file, dir).code, "EISDIR")
    same(test.raises("io", fs.read_file, join("none/")).code, "ENOENT")
    fs.symlink("loop", join("loop"))
    same(test.raises("io", fs.read_file, join("loop")).code, "ELOOP")
    fs.write_file(join("f"), "")
    same(test.raises("io", fs.read_file, join("f/")).code, "ENOTDIR")
  end)
end)

test("paths are strings without NUL", function()
  test.raises("usage", fs.read_file)
  test.raises("usage", fs.read_file, {})
  truthy(tostring(test.raises("usage", fs.read_file, "a\0b")):find("NUL"))
end)

test("a device that is always ready ends at once, descriptors closed", function()
  test.no_leak(function() same(fs.read_file("/dev/null"), "") end)
end)
